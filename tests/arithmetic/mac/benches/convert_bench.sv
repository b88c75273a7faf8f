// Many convert_backs fed with the low bits of the same inputs. What unit i is, config_o tells.
module convert_bench #(
  parameter int unsigned Units = 32
) (
  input  logic                clk_i,
  input  logic                en_i,
  input  logic [127:0]        acc_i,
  input  logic [2:0]          special_i,  // {NaN, +inf, -inf}
  input  logic [31:0]         multiplier_i,
  input  logic [8:0]          shift_i,
  input  logic [63:0]         zero_point_i,
  output logic [Units*32-1:0] code_o,
  output logic [Units*96-1:0] config_o
);

  // {index, regs, saturate, rounding, zero point, subnormals, specials, bias, narrow, signed, mantissa, exponent, shift bits, shift,
  // multiplier bits, lsb, accumulator bits} from the top.
  function automatic logic [95:0] unit(int unsigned index, int unsigned acc, int lsb, int unsigned mul, int shift,
                                       int unsigned shift_bits, int unsigned e, int unsigned m, logic [1:0] kind,
                                       int unsigned specials, logic subnormals, logic zero_point, int unsigned rounding,
                                       logic saturate);
    int bias;
    bias = (e == 0) ? 0 : (1 << (e - 1)) - 1;
    return {16'(index), 3'(index), saturate, 2'(rounding), zero_point, subnormals, 2'(specials), 10'(bias), kind, 6'(m), 4'(e),
            4'(shift_bits), 11'(shift), 6'(mul), 11'(lsb), 10'(acc), 6'd0};
  endfunction

`define PUSH(Acc, Lsb, Mul, Shift, ShiftBits, E, M, Kind, Specials, Subnormals, ZeroPoint, Rounding, Saturate) \
  begin \
    table_of_units[n*96+:96] = \
      unit(n, Acc, Lsb, Mul, Shift, ShiftBits, E, M, Kind, Specials, Subnormals, ZeroPoint, Rounding, Saturate); \
    n = n + 1; \
  end
  // kind: {narrow, signed}
  function automatic logic [Units*96+31:0] table_of_units();
    int unsigned n;
    n = 0;
    table_of_units = '0;
    // Integers: requantisation, zero points, ranges, constant shifts either way.
    for (int unsigned rounding = 0; rounding < 3; rounding++) begin
      `PUSH(30, 0, 16, 0, 6, 0, 8, 2'b01, 0, 1'b1, 1'b0, rounding, 1'b1)
      `PUSH(30, 0, 16, 8, 5, 0, 8, 2'b00, 0, 1'b1, 1'b1, rounding, 1'b1)
      `PUSH(22, 0, 0, 0, 5, 0, 4, 2'b11, 0, 1'b1, 1'b1, rounding, 1'b1)
      `PUSH(36, -10, 8, 3, 4, 0, 8, 2'b01, 0, 1'b1, 1'b0, rounding, 1'b1)
    end
    `PUSH(48, -6, 0, 1, 0, 0, 32, 2'b01, 0, 1'b1, 1'b0, 0, 1'b1)
    `PUSH(20, 2, 5, -3, 4, 0, 16, 2'b01, 0, 1'b1, 1'b1, 0, 1'b1)
    `PUSH(16, 0, 0, 30, 0, 0, 8, 2'b01, 0, 1'b1, 1'b0, 0, 1'b1)
    `PUSH(12, 0, 1, 0, 3, 0, 2, 2'b01, 0, 1'b1, 1'b0, 0, 1'b1)
    // Floats: formats, roundings, specials, overflow, subnormals.
    for (int unsigned rounding = 0; rounding < 3; rounding++) begin
      `PUSH(50, -18, 16, 0, 5, 4, 3, 2'b01, 0, 1'b1, 1'b0, rounding, 1'b1)
      `PUSH(22, -2, 8, 0, 5, 2, 1, 2'b01, 0, 1'b1, 1'b0, rounding, 1'b1)
      `PUSH(28, -6, 0, -2, 4, 3, 0, 2'b00, 0, 1'b1, 1'b0, rounding, 1'b1)
    end
    `PUSH(26, -6, 0, 0, 5, 2, 3, 2'b01, 0, 1'b1, 1'b0, 0, 1'b1)
    `PUSH(32, -8, 8, 0, 6, 3, 2, 2'b01, 0, 1'b1, 1'b0, 0, 1'b1)
    for (int unsigned saturate = 0; saturate < 2; saturate++) begin
      `PUSH(50, -18, 8, 0, 6, 4, 3, 2'b01, 1, 1'b1, 1'b0, 0, 1'(saturate))
      `PUSH(80, -32, 8, 10, 6, 5, 2, 2'b01, 2, 1'b1, 1'b0, 0, 1'(saturate))
      `PUSH(50, -18, 8, 0, 6, 4, 3, 2'b01, 3, 1'b1, 1'b0, 0, 1'(saturate))
      `PUSH(50, -18, 0, 0, 5, 4, 4, 2'b00, 1, 1'b1, 1'b0, 0, 1'(saturate))
      `PUSH(50, -18, 0, 0, 5, 4, 3, 2'b01, 0, 1'b1, 1'b0, 1, 1'(saturate))
    end
    `PUSH(50, -18, 8, 0, 5, 4, 3, 2'b01, 0, 1'b0, 1'b0, 0, 1'b1)
    `PUSH(50, -18, 8, 0, 5, 4, 3, 2'b01, 3, 1'b0, 1'b0, 0, 1'b1)
    `PUSH(30, 0, 4, 8, 4, 1, 6, 2'b01, 0, 1'b1, 1'b0, 0, 1'b1)
    `PUSH(50, -18, 16, 0, 6, 5, 10, 2'b01, 2, 1'b1, 1'b0, 0, 1'b0)
    `PUSH(80, -32, 24, 100, 8, 8, 23, 2'b01, 2, 1'b1, 1'b0, 0, 1'b0)
    `PUSH(12, -2, 0, 0, 0, 8, 23, 2'b01, 2, 1'b1, 1'b0, 0, 1'b0)
    `PUSH(100, -40, 0, 60, 7, 8, 7, 2'b01, 2, 1'b1, 1'b0, 0, 1'b0)
    table_of_units[Units*96+:32] = n;
  endfunction
`undef PUSH
  localparam logic [Units*96+31:0] Table = table_of_units();
  assign config_o = Table[Units*96-1:0];
  if (Table[Units*96+:32] != Units) $error("convert_bench: there are %0d units", Table[Units*96+:32]);

  for (genvar i = 0; i < Units; i++) begin : g_unit
    localparam logic [95:0] C = Table[i*96+:96];
    localparam int unsigned Acc = 32'(C[6+:10]);
    localparam int Lsb = 32'(signed'(C[16+:11]));
    localparam int unsigned Mul = 32'(C[27+:6]);
    localparam int Shift = 32'(signed'(C[33+:11]));
    localparam int unsigned ShiftBits = 32'(C[44+:4]);
    localparam int unsigned E = 32'(C[48+:4]);
    localparam int unsigned M = 32'(C[52+:6]);
    localparam int unsigned OutBits = (E == 0) ? M : E + M + 32'(C[58]);
    logic [OutBits-1:0] code;
    convert_back #(
      .AccBits(Acc), .Lsb(Lsb), .MulBits(Mul), .MulArchitecture(i % 2), .Shift(Shift), .ShiftBits(ShiftBits), .OutExpBits(E),
      .OutManBits(M), .OutSigned(C[58]), .OutNarrow(C[59]), .OutBias(32'(C[60+:10])), .OutSpecials(32'(C[70+:2])),
      .OutSubnormals(C[72]), .ZeroPoint(C[73]), .Rounding(32'(C[74+:2])), .Saturate(C[76]), .ProductReg(C[77]),
      .ShiftReg(C[78]), .OutputReg(C[79])
    ) u_convert (
      .clk_i, .en_i, .acc_i(acc_i[Acc-1:0]), .nan_i(special_i[2]), .positive_inf_i(special_i[1]),
      .negative_inf_i(special_i[0]), .multiplier_i(multiplier_i[(Mul == 0 ? 1 : Mul)-1:0]),
      .shift_i(shift_i[(ShiftBits == 0 ? 1 : ShiftBits)-1:0]), .zero_point_i(zero_point_i[OutBits:0]), .code_o(code)
    );
    assign code_o[i*32+:32] = 32'(code);
  end

endmodule
