# Every instruction of RV32I checks itself, with values at the edges. Exit code 0, or the number of the check that
# failed: gp counts them. Registers: a0, a1 operands, a2 result, a3 what it should be.
    .section .text.init
    .globl _start

    .macro is value                      # a2 is the value, or the program ends with the number of the check
    addi gp, gp, 1
    li a3, \value
    bne a2, a3, fail
    .endm
    .macro both op, a, b, value          # two registers, into a third, into the first, into the second
    li a0, \a
    li a1, \b
    \op a2, a0, a1
    is \value
    .endm
    .macro one op, a, imm, value         # a register and a number
    li a0, \a
    \op a2, a0, \imm
    is \value
    .endm
    .macro branch op, a, b, taken
    li a0, \a
    li a1, \b
    li a2, 1
    \op a0, a1, 1f
    li a2, 0
1:  is \taken
    .endm

_start:
    li gp, 0
    both add, 0, 0, 0
    both add, 0x7fffffff, 1, 0x80000000
    both add, 0xffffffff, 1, 0
    both add, 0x12345678, 0xfedcba98, 0x11111110
    both sub, 0, 1, 0xffffffff
    both sub, 0x80000000, 1, 0x7fffffff
    both sub, 5, 5, 0
    both sll, 1, 31, 0x80000000
    both sll, 0xdeadbeef, 0, 0xdeadbeef
    both sll, 0xdeadbeef, 36, 0xeadbeef0
    both slt, 0x80000000, 0x7fffffff, 1
    both slt, 0x7fffffff, 0x80000000, 0
    both slt, -1, 0, 1
    both slt, 3, 3, 0
    both sltu, 0x80000000, 0x7fffffff, 0
    both sltu, 0, 0xffffffff, 1
    both sltu, 7, 7, 0
    both xor, 0xff00ff00, 0x0ff00ff0, 0xf0f0f0f0
    both xor, -1, -1, 0
    both srl, 0x80000000, 31, 1
    both srl, 0xdeadbeef, 4, 0x0deadbee
    both srl, 0xdeadbeef, 32, 0xdeadbeef
    both sra, 0x80000000, 31, 0xffffffff
    both sra, 0xdeadbeef, 8, 0xffdeadbe
    both sra, 0x7fffffff, 30, 1
    both or, 0xff00ff00, 0x0ff00ff0, 0xfff0fff0
    both and, 0xff00ff00, 0x0ff00ff0, 0x0f000f00

    one addi, 0, -1, 0xffffffff
    one addi, 0x7fffffff, 1, 0x80000000
    one addi, 1, -2048, -2047
    one addi, -1, 2047, 2046
    one slti, -5, -4, 1
    one slti, 5, -2048, 0
    one slti, 0x80000000, 2047, 1
    one sltiu, 0, -1, 1
    one sltiu, -1, -1, 0
    one sltiu, 0, 1, 1
    one xori, 0x0f0f0f0f, -1, 0xf0f0f0f0
    one xori, 0, 0x7ff, 0x7ff
    one ori, 0xf0, 0x70f, 0x7ff
    one ori, 0, -2048, 0xfffff800
    one andi, -1, -2048, 0xfffff800
    one andi, 0x12345678, 0xff, 0x78
    one slli, 1, 31, 0x80000000
    one slli, 0xdeadbeef, 0, 0xdeadbeef
    one slli, 0xffff, 17, 0xfffe0000
    one srli, 0x80000001, 1, 0x40000000
    one srli, 0x80000000, 31, 1
    one srai, 0x80000001, 1, 0xc0000000
    one srai, 0x80000000, 31, 0xffffffff
    one srai, 0x7fffffff, 31, 0

    lui a2, 0xfffff
    is 0xfffff000
    lui a2, 0
    is 0
    auipc a0, 0
    auipc a1, 1
    sub a2, a1, a0
    is 0x1004
    auipc a0, 0
    auipc a1, 0xfffff
    sub a2, a1, a0
    is 0xfffff004

    branch beq, 3, 3, 1
    branch beq, 3, 0x80000003, 0
    branch bne, 3, 3, 0
    branch bne, 0, -1, 1
    branch blt, -1, 0, 1
    branch blt, 0x7fffffff, 0x80000000, 0
    branch blt, 2, 2, 0
    branch bge, 0x7fffffff, 0x80000000, 1
    branch bge, -1, 0, 0
    branch bge, 2, 2, 1
    branch bltu, 0, -1, 1
    branch bltu, -1, 0, 0
    branch bltu, 2, 2, 0
    branch bgeu, -1, 0, 1
    branch bgeu, 0, -1, 0
    branch bgeu, 2, 2, 1

    li a0, 3                             # backwards, three times
    li a2, 0
2:  addi a2, a2, 5
    addi a0, a0, -1
    bnez a0, 2b
    is 15

    jal a0, 3f                           # the link, and what it jumps over
4:  j fail
3:  la a1, 4b
    sub a2, a0, a1
    is 0
    la a0, 5f + 1                        # the lowest bit of the sum is left out
    jalr a1, a0, 0
6:  j fail
5:  la a0, 6b
    sub a2, a1, a0
    is 0
    la a0, 7f
    jalr a0, 0(a0)                       # the register that it reads
8:  j fail
7:  la a1, 8b
    sub a2, a0, a1
    is 0
    la a0, 9f + 2048
    jalr zero, -2048(a0)
    j fail
9:

    la a0, data                          # loads, with and without sign, of every place of a word
    lb a2, 0(a0)
    is 0x78
    lb a2, 1(a0)
    is 0x56
    lb a2, 3(a0)
    is 0xffffff92
    lbu a2, 2(a0)
    is 0xb4
    lbu a2, 3(a0)
    is 0x92
    lh a2, 0(a0)
    is 0x5678
    lh a2, 2(a0)
    is 0xffff92b4
    lhu a2, 2(a0)
    is 0x92b4
    lhu a2, 0(a0)
    is 0x5678
    lw a2, 0(a0)
    is 0x92b45678
    addi a0, a0, 2044
    lw a2, -2044(a0)
    is 0x92b45678

    la a0, data                          # stores leave the rest of a word
    li a1, 0x0a1b2cff
    sb a1, 1(a0)
    lw a2, 0(a0)
    is 0x92b4ff78
    sb a1, 3(a0)
    lw a2, 0(a0)
    is 0xffb4ff78
    sh a1, 0(a0)
    lw a2, 0(a0)
    is 0xffb42cff
    sh a1, 2(a0)
    lw a2, 0(a0)
    is 0x2cff2cff
    sw a1, 4(a0)
    lw a2, 4(a0)
    is 0x0a1b2cff
    sb a1, 0(a0)
    sb a1, 2(a0)
    lw a2, 0(a0)
    is 0x2cff2cff

    addi zero, zero, 5                   # x0 stays 0
    mv a2, zero
    is 0
    lui zero, 0xfffff
    add a2, zero, zero
    is 0
    lw zero, 4(a0)
    mv a2, zero
    is 0
    fence
    fence rw, w

    li a0, 1                             # the other registers each hold what they were given
    li a1, 2
    .irp number, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    li x\number, 0x01010101 * \number
    .endr
    .irp number, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    slli a0, a0, 1
    xor a0, a0, x\number
    .endr
    mv a2, a0
    is 0xe2e8f007
    sb a2, 3(a1)                         # to a word of code that has been executed

    li a0, 0                             # all is well
    ebreak

fail:
    mv a0, gp
    ecall

    .data
    .align 2
data: .word 0x92b45678, 0
