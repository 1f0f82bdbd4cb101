// Printing by the output port: a byte stored at 0x10000000 is printed.
typedef unsigned int word;
static void put(char c) { *(volatile char *)0x10000000 = c; }
static void text(const char *s) { while (*s) put(*s++); }
static void decimal(word x) {
  char digits[10];
  int n = 0;
  do digits[n++] = '0' + x % 10; while (x /= 10);
  while (n) put(digits[--n]);
}
static void hexadecimal(word x) {
  for (int shift = 28; shift >= 0; shift -= 4) put("0123456789abcdef"[x >> shift & 15]);
}
