#include "print.h"
int main(void) {
  text("Hello from trained gates\n");
  return 0;
}
