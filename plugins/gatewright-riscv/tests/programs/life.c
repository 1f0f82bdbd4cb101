// Conway's game of life on a torus: a glider.
#include "print.h"
#define SIZE 8
#define ROUNDS 4
static unsigned char now[SIZE][SIZE], then[SIZE][SIZE];

int main(void) {
  now[0][1] = now[1][2] = now[2][0] = now[2][1] = now[2][2] = 1;
  for (int round = 0;; round++) {
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) put(now[y][x] ? '#' : '.');
      put('\n');
    }
    if (round == ROUNDS) return 0;
    put('\n');
    for (int y = 0; y < SIZE; y++)
      for (int x = 0; x < SIZE; x++) {
        int near = 0;
        for (int dy = -1; dy <= 1; dy++)
          for (int dx = -1; dx <= 1; dx++) near += now[y + dy & SIZE - 1][x + dx & SIZE - 1];
        then[y][x] = near == 3 || (near == 4 && now[y][x]);
      }
    for (int y = 0; y < SIZE; y++)
      for (int x = 0; x < SIZE; x++) now[y][x] = then[y][x];
  }
}
