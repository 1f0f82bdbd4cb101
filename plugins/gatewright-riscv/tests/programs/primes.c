// Primes by the sieve, a CRC-32, and numbers in order. Its value is 0 if all is as it should be.
#include "print.h"
#define BELOW 200
#define LENGTH 24
static unsigned char crossed[BELOW];
static word list[LENGTH];

static word crc32(const char *s) {
  word crc = ~0u;
  for (; *s; s++) {
    crc ^= (unsigned char)*s;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xedb88320u & -(crc & 1));
  }
  return ~crc;
}

int main(void) {
  word count = 0;
  for (word i = 2; i < sizeof crossed; i++) {
    if (crossed[i]) continue;
    count++;
    for (word j = i * i; j < sizeof crossed; j += i) crossed[j] = 1;
  }
  text("primes below ");
  decimal(BELOW), text(": "), decimal(count);
  word crc = crc32("123456789");
  text("\nCRC-32 of 123456789: ");
  hexadecimal(crc);
  word x = 1;
  for (int i = 0; i < LENGTH; i++) {
    x ^= x << 13, x ^= x >> 17, x ^= x << 5;
    list[i] = x % 1000;
  }
  for (int i = 1; i < LENGTH; i++) {
    word each = list[i];
    int j = i;
    for (; j && list[j - 1] > each; j--) list[j] = list[j - 1];
    list[j] = each;
  }
  text("\nin order:");
  word wrong = count != 46 || crc != 0xcbf43926u;
  for (int i = 0; i < LENGTH; i++) {
    put(' '), decimal(list[i]);
    wrong |= i && list[i - 1] > list[i];
  }
  put('\n');
  return wrong;
}
