// Assertions for simulation; synthesis sees nothing. Yosys 0.23 reads no concurrent assertions.
`ifndef CGRA_ASSERT_SVH
`define CGRA_ASSERT_SVH
`ifdef VERILATOR
`define HEDDLE_ASSERT(Name, Property) \
  Name : assert property (@(posedge clk_i) disable iff (!rst_ni) (Property));
`else
`define HEDDLE_ASSERT(Name, Property)
`endif
`endif
