module design(input [0:2] a, input [6:4] b, input s, output [2:4] y, output z);
  assign y = s ? a & b : a ^ b;
  assign z = a[2] & ~b[4];
endmodule
