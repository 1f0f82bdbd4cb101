// An RV32I core, written from the RISC-V unprivileged ISA manual: the 40 instructions, no CSRs, one instruction a
// cycle. The memory is outside: it is read at `fetch` and at `address` within the cycle, and written at `address`
// as the clock rises.
//
//   0x00000000-0x000fffff and 0x80000000-0x800fffff   RAM, 1 MiB, the same one in both places
//   0x00100000-0x7fffffff                             I/O, for stores alone: `call` and `io`, `address` and `data`
//
// `call` with no `io` says that the instruction at `pc` cannot be executed: ECALL, EBREAK, one that is not in
// RV32I, an address that is misaligned or outside. Nothing is written then, and `pc` stays.
`default_nettype none
module riscv(
  input  wire        clk,
  output reg  [17:0] fetch,    // word of RAM with the instruction: the program counter
  input  wire [31:0] instr,
  output wire [31:0] address,  // of a load or store
  input  wire [31:0] word,     // of RAM at address[19:2]
  output wire [31:0] data,     // to be stored
  output wire [3:0]  enable,   // of its bytes in RAM
  output wire        call,     // a store to I/O, or an instruction that cannot be executed
  output wire        io
);
  reg        half = 0;         // which half of the address space pc is in
  initial fetch = 0;
  reg [31:0] x [1:31];
  genvar k;
  generate for (k = 1; k < 32; k = k + 1) initial x[k] = 0; endgenerate

  // decoding
  wire [2:0] f3 = instr[14:12];
  wire       op32 = &instr[1:0];
  wire lui   = op32 & instr[6:2] == 5'b01101, auipc = op32 & instr[6:2] == 5'b00101;
  wire jal   = op32 & instr[6:2] == 5'b11011, jalr  = op32 & instr[6:2] == 5'b11001 & f3 == 0;
  wire br    = op32 & instr[6:2] == 5'b11000 & (f3[2] | ~f3[1]);
  wire ld    = op32 & instr[6:2] == 5'b00000 & ~(&f3[1:0]) & ~(f3[2] & f3[1]);
  wire st    = op32 & instr[6:2] == 5'b01000 & ~f3[2] & ~(&f3[1:0]);
  wire fence = op32 & instr[6:2] == 5'b00011 & f3 == 0;
  wire plain = instr[31:25] == 0;                                  // funct7
  wire other = {instr[31], instr[29:25]} == 0 & instr[30];
  wire ri    = op32 & instr[6:2] == 5'b00100 & (f3[1:0] != 2'b01 | plain | (other & f3[2]));
  wire rr    = op32 & instr[6:2] == 5'b01100 & (plain | (other & f3[1:0] == {1'b0, f3[2]}));
  wire [31:0] iI = {{20{instr[31]}}, instr[31:20]};
  wire [31:0] iU = {instr[31:12], 12'b0};
  wire [31:0] iB = {{20{instr[31]}}, instr[7], instr[30:25], instr[11:8], 1'b0};
  wire [31:0] iJ = {{12{instr[31]}}, instr[19:12], instr[20], instr[30:21], 1'b0};

  // the registers: for each bit a chain of AND-OR, of three inputs each
  wire [31:0] is1 = one_hot(instr[19:15], 1'b1), is2 = one_hot(instr[24:20], 1'b1);
  function [31:0] one_hot(input [4:0] n, input enable);
    reg [7:0] high; reg [3:0] low; integer i;
    begin
      for (i = 0; i < 8; i = i + 1) high[i] = n[4:2] == i;
      for (i = 0; i < 4; i = i + 1) low[i] = n[1:0] == i & enable;
      for (i = 0; i < 32; i = i + 1) one_hot[i] = high[i >> 2] & low[i & 3];
    end
  endfunction
  wire [31:0] until1 [0:31], until2 [0:31];
  assign until1[0] = 0, until2[0] = 0;
  generate for (k = 1; k < 32; k = k + 1) begin
    assign until1[k] = until1[k - 1] | ({32{is1[k]}} & x[k]);
    assign until2[k] = until2[k - 1] | ({32{is2[k]}} & x[k]);
  end endgenerate
  wire [31:0] a = until1[31], b = until2[31];

  // one adder for sums, differences, comparisons and addresses; its XOR is that of the logic
  wire [31:0] iS = {{20{instr[31]}}, instr[31:25], instr[11:7]};
  wire        two = br | rr;                                       // two registers
  wire [31:0] y = two ? b : st ? iS : iI;
  wire minus = br | (rr & instr[30] & ~f3[2]) | ((rr | ri) & ~f3[2] & f3[1]);
  wire [31:0] p = a ^ y ^ {32{minus}};
  wire [31:0] g = a & (y ^ {32{minus}});
  wire [32:0] c;
  assign c[0] = minus;
  generate for (k = 0; k < 32; k = k + 1) assign c[k + 1] = p[k] ? c[k] : a[k]; endgenerate
  wire [31:0] sum = p ^ c[31:0];
  wire ltu = ~c[32], lt = p[31] ? ltu : a[31], eq = &p;            // of a difference, p is XNOR
  // a right shifter; what is shifted to the left is turned round before and after it
  function [31:0] turned(input [31:0] v); integer i; for (i = 0; i < 32; i = i + 1) turned[i] = v[31 - i]; endfunction
  wire left = ~f3[2];
  wire fill = f3[2] & instr[30] & a[31];
  wire [31:0] s0 = left ? turned(a) : a;
  wire [31:0] s1 = y[0] ? {fill, s0[31:1]} : s0;
  wire [31:0] s2 = y[1] ? {{2{fill}}, s1[31:2]} : s1;
  wire [31:0] s4 = y[2] ? {{4{fill}}, s2[31:4]} : s2;
  wire [31:0] s8 = y[3] ? {{8{fill}}, s4[31:8]} : s4;
  wire [31:0] sr = y[4] ? {{16{fill}}, s8[31:16]} : s8;

  // where to go
  wire [31:0] pc = {half, 11'b0, fetch, 2'b0};
  wire [31:0] offset = jal ? iJ : br ? iB : iU;
  wire [32:0] carry;                                               // adders without lookahead: the fewest gates
  wire [18:0] step;
  assign carry[0] = 0, step[0] = 1;
  generate
    for (k = 0; k < 32; k = k + 1) assign carry[k + 1] = (pc[k] & offset[k]) | ((pc[k] | offset[k]) & carry[k]);
    for (k = 0; k < 18; k = k + 1) assign step[k + 1] = fetch[k] & step[k];
  endgenerate
  wire [31:0] target = pc ^ offset ^ carry[31:0];
  wire [31:0] next = {half, 11'b0, fetch ^ step[17:0], 2'b0};
  wire take = br & ((f3[2] ? (f3[1] ? ltu : lt) : eq) ^ f3[0]);
  wire [31:0] to = jalr ? sum : target;
  wire jump = jal | jalr | take;

  // what cannot be done
  wire [10:0] high = jump ? to[30:20] : sum[30:20];
  wire in_ram = ~(|high);
  wire io_space = ~sum[31] & ~in_ram;
  wire uneven = ((ld | st) & ((f3[0] & sum[0]) | (f3[1] & |sum[1:0]))) | (jump & to[1]);
  wire outside = (ld | jump) & ~in_ram | st & sum[31] & ~in_ram;
  wire stop = ~(lui | auipc | jal | jalr | br | ld | st | ri | rr | fence) | uneven | outside;

  // what is loaded
  wire [15:0] low16 = sum[1] ? word[31:16] : word[15:0];
  wire [7:0]  low8 = sum[0] ? low16[15:8] : low16[7:0];
  wire sign = ~f3[2] & (f3[0] ? low16[15] : low8[7]);
  wire [31:0] loaded = {f3[1] ? word[31:16] : {16{sign}}, |f3[1:0] ? low16[15:8] : {8{sign}}, low8};

  // what is written: one of these, the others 0
  wire alu = rr | ri, shift = alu & f3[1:0] == 2'b01;
  wire to_sum = alu & f3 == 0, to_right = shift & f3[2], to_left = shift & ~f3[2];
  wire to_xor = alu & f3[2] & ~f3[0], to_and = alu & f3[2] & f3[1];
  wire link = jal | jalr;
  wire less = alu & ~f3[2] & f3[1] & (f3[0] ? ltu : lt);
  wire [31:0] out = ({32{to_sum}} & sum) | ({32{to_xor}} & p) | ({32{to_and}} & g)
                  | ({32{to_right}} & sr) | ({32{to_left}} & turned(sr)) | {31'b0, less}
                  | ({32{lui}} & iU) | ({32{auipc}} & target) | ({32{link}} & next) | ({32{ld}} & loaded);
  wire write = (lui | auipc | link | alu | ld) & ~stop;
  wire [31:0] isd = one_hot(instr[11:7], write);

  assign address = sum;
  assign data = f3[1] ? b : f3[0] ? {2{b[15:0]}} : {4{b[7:0]}};
  assign enable = {4{st & ~stop & in_ram}} & (f3[1] ? 4'b1111 : f3[0] ? {{2{sum[1]}}, {2{~sum[1]}}}
    : {sum[1] & sum[0], sum[1] & ~sum[0], ~sum[1] & sum[0], ~sum[1] & ~sum[0]});
  assign io = st & ~stop & io_space;
  assign call = stop | io;
  generate for (k = 1; k < 32; k = k + 1) always @(posedge clk) if (isd[k]) x[k] <= out; endgenerate
  always @(posedge clk) if (~stop) {half, fetch} <= jump ? {to[31], to[19:2]} : {half, next[19:2]};
endmodule
`default_nettype wire
