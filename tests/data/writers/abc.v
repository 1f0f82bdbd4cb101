// Benchmark "design" written by ABC on Sun Nov 29 18:43:58 2026

module design ( 
    \a[2] , \a[1] , \a[0] , \b[4] , \b[5] , \b[6] , s,
    \y[4] , \y[3] , \y[2] , z  );
  input  \a[2] , \a[1] , \a[0] , \b[4] , \b[5] , \b[6] , s;
  output \y[4] , \y[3] , \y[2] , z;
  wire new_n12_, new_n13_, new_n15_, new_n16_, new_n17_, new_n19_, new_n20_,
    new_n21_, new_n22_, new_n23_, new_n24_, new_n26_, new_n27_, new_n28_,
    new_n29_, new_n30_, new_n31_;
  assign new_n12_ = \a[2]  & \b[4] ;
  assign new_n13_ = ~\a[2]  & \b[4] ;
  assign z = \a[2]  & ~\b[4] ;
  assign new_n15_ = ~new_n13_ & ~z;
  assign new_n16_ = ~s & ~new_n15_;
  assign new_n17_ = s & new_n12_;
  assign \y[4]  = new_n16_ | new_n17_;
  assign new_n19_ = \a[1]  & \b[5] ;
  assign new_n20_ = ~\a[1]  & \b[5] ;
  assign new_n21_ = \a[1]  & ~\b[5] ;
  assign new_n22_ = ~new_n20_ & ~new_n21_;
  assign new_n23_ = ~s & ~new_n22_;
  assign new_n24_ = s & new_n19_;
  assign \y[3]  = new_n23_ | new_n24_;
  assign new_n26_ = \a[0]  & \b[6] ;
  assign new_n27_ = ~\a[0]  & \b[6] ;
  assign new_n28_ = \a[0]  & ~\b[6] ;
  assign new_n29_ = ~new_n27_ & ~new_n28_;
  assign new_n30_ = ~s & ~new_n29_;
  assign new_n31_ = s & new_n26_;
  assign \y[2]  = new_n30_ | new_n31_;
endmodule


