// Many mac_units fed with the same slots and the low bits of the same operands. Which formats and parameters unit i has is told by
// config_o, so that the test reads its expectations from the device under test's own list.
module mac_bench #(
  parameter int unsigned Set = 0,
  parameter int unsigned Units = 80,
  parameter int unsigned AccWords = 17  // 32-bit words of acc_o for each unit
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  input  logic                         en_i,
  input  logic                         valid_i,
  input  logic                         clear_i,
  input  logic [15:0]                  a_i,
  input  logic [15:0]                  b_i,
  output logic [Units*AccWords*32-1:0] acc_o,  // sign-extended
  output logic [Units*4-1:0]           status_o,  // of each: {valid, NaN, +inf, -inf}
  output logic [Units*64-1:0]          config_o
);

  typedef struct packed {
    logic [2:0] regs;  // {InputReg, ProductReg, AlignReg}
    logic       clear_loads;
    logic [1:0] architecture;
    logic [9:0] acc_bits;
    logic [1:0] unused;
    logic [5:0] a_exp, a_man;
    logic       a_signed, a_subnormals;
    logic [2:0] a_specials;
    logic [5:0] b_exp, b_man;
    logic       b_signed, b_subnormals;
    logic [2:0] b_specials;
    logic [11:0] index;
  } config_t;

  // Operand formats as {exponent bits, mantissa bits, signed, subnormals, specials}.
  function automatic logic [16:0] minifloat(int unsigned e, int unsigned m, bit s, int unsigned specials = 0, bit sub = 1'b1);
    return {6'(e), 6'(m), s, sub, 3'(specials)};
  endfunction
  function automatic logic [16:0] integer_of(int unsigned bits, bit s);
    return {6'd0, 6'(bits), s, 1'b1, 3'd0};
  endfunction
  function automatic int unsigned magnitude_bits(logic [16:0] f);
    if (f[16:11] == 0) return 32'(f[10:5]);
    // At specials 2 (ieee) the largest exponent is no number.
    return (1 << f[16:11]) + 32'(f[10:5]) - 1 - (f[2:0] == 2 ? 1 : 0);
  endfunction

  // acc_bits 0: by formula for 4,608 terms. Registers and the kind of clear vary with the index.
  function automatic logic [63:0] unit(int unsigned index, logic [16:0] a, logic [16:0] b, int unsigned architecture,
                                       int unsigned acc_bits);
    logic [9:0] bits;
    bits = acc_bits != 0 ? 10'(acc_bits) : 10'(magnitude_bits(a) + magnitude_bits(b) + 14);
    return {3'(index), 1'(index >> 3), 2'(architecture), bits, 2'd0, a, b, 12'(index)};
  endfunction

  // A word for each unit, and above them their number.
  function automatic logic [Units*64+31:0] table_of_set();
    int unsigned n;
    n = 0;
    table_of_set = '0;
    `include "mac_configs.svh"
    table_of_set[Units*64+:32] = n;
  endfunction
  localparam logic [Units*64+31:0] Table = table_of_set();
  assign config_o = Table[Units*64-1:0];
  if (Table[Units*64+:32] != Units) $error("mac_bench: set %0d has %0d units", Set, Table[Units*64+:32]);

  for (genvar i = 0; i < Units; i++) begin : g_unit
    localparam config_t C = Table[i*64+:64];
    localparam int unsigned ABits = (C.a_exp == 0) ? 32'(C.a_man) : 32'(C.a_exp) + 32'(C.a_man) + 32'(C.a_signed);
    localparam int unsigned BBits = (C.b_exp == 0) ? 32'(C.b_man) : 32'(C.b_exp) + 32'(C.b_man) + 32'(C.b_signed);
    logic [32'(C.acc_bits)-1:0] acc;
    mac_unit #(
      .AExpBits(32'(C.a_exp)), .AManBits(32'(C.a_man)), .ASigned(C.a_signed), .ASpecials(32'(C.a_specials)),
      .ASubnormals(C.a_subnormals),
      .BExpBits(32'(C.b_exp)), .BManBits(32'(C.b_man)), .BSigned(C.b_signed), .BSpecials(32'(C.b_specials)),
      .BSubnormals(C.b_subnormals),
      .AccBits(32'(C.acc_bits)), .Architecture(32'(C.architecture)), .ClearLoads(C.clear_loads),
      .InputReg(C.regs[2]), .ProductReg(C.regs[1]), .AlignReg(C.regs[0])
    ) u_mac (
      .clk_i, .rst_ni, .en_i, .valid_i, .clear_i, .a_i(a_i[ABits-1:0]), .b_i(b_i[BBits-1:0]),
      .valid_o(status_o[4*i+3]), .acc_o(acc), .nan_o(status_o[4*i+2]), .positive_inf_o(status_o[4*i+1]),
      .negative_inf_o(status_o[4*i])
    );
    assign acc_o[i*AccWords*32+:AccWords*32] = (AccWords * 32)'(signed'(acc));
  end

endmodule
