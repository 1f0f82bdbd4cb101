// Digits of pi by the spigot of Rabinowitz and Wagon (1995): of 10 cells for every 3 digits.
#include "print.h"
#ifndef DIGITS
#define DIGITS 16
#endif
#define CELLS (DIGITS * 10 / 3 + 2)
static word cell[CELLS], printed;

static void digit(word value) {
  decimal(value);
  if (++printed == 1) put('.');
}

int main(void) {
  word nines = 0, held = 0;
  for (int i = 0; i < CELLS; i++) cell[i] = 2;
  for (int round = 0; round <= DIGITS; round++) {
    word carry = 0;
    for (int i = CELLS - 1; i > 0; i--) {
      word x = 10 * cell[i] + carry * (i + 1), odd = 2 * i + 1;
      cell[i] = x % odd;
      carry = x / odd;
    }
    word x = 10 * cell[0] + carry;
    cell[0] = x % 10;
    carry = x / 10;
    if (carry == 9) { nines++; continue; }
    word more = carry == 10;
    if (round) digit(held + more); // a digit is sure when the next one is not 9
    for (; nines; nines--) digit(more ? 0 : 9);
    held = more ? 0 : carry;
  }
  put('\n');
  return 0;
}
