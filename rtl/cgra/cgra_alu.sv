// Combinational operations of a PE: everything but multiplication, division, number formats and memory.
// Latency: 0 (the caller registers). Operations outside OpMask cost no logic and read as 0.
// Parameters: Width 16, 32 or 64; OpMask: bit i set if opcode i is present.
module cgra_alu #(
  parameter int unsigned Width = 32,
  parameter logic [127:0] OpMask = '1
) (
  input  logic [6:0]       op_i,
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  input  logic [Width-1:0] c_i,
  output logic [Width-1:0] result_o
);

  localparam int unsigned ShiftBits = $clog2(Width);
  localparam int unsigned Pad16 = Width - 16;
  localparam int unsigned Pad32 = (Width > 32) ? Width - 32 : 0;
  localparam logic [Width-1:0] Low8 = Width'(8'hFF);
  localparam logic [Width-1:0] Low16 = Width'(16'hFFFF);
  localparam logic [Width-1:0] Low32 = {Width{1'b1}} >> Pad32;

  // One adder serves add, sub, abs and all comparisons.
  logic is_abs, is_add;
  logic [Width-1:0] x, y;
  logic [Width:0] sum;

  assign is_abs = OpMask[cgra_pkg::OpAbs] && op_i == cgra_pkg::OpAbs;
  assign is_add = OpMask[cgra_pkg::OpAdd] && op_i == cgra_pkg::OpAdd;
  assign x = is_abs ? '0 : a_i;
  assign y = is_abs ? ~a_i : is_add ? b_i : ~b_i;
  assign sum = {1'b0, x} + {1'b0, y} + {{Width{1'b0}}, ~is_add};

  logic eq, ult, slt;
  assign eq = a_i == b_i;
  assign ult = ~sum[Width];
  assign slt = (a_i[Width-1] == b_i[Width-1]) ? ult : a_i[Width-1];

  logic [ShiftBits-1:0] amount;
  logic [Width-1:0] left;
  logic signed [Width:0] right, right_in;
  assign amount = b_i[ShiftBits-1:0];
  assign left = a_i << amount;
  assign right_in = {a_i[Width-1] & (op_i == cgra_pkg::OpAshr), a_i};
  assign right = right_in >>> amount;

  logic unused_right;
  assign unused_right = right[Width];

  // Sign extension as a pair of shifts, which also fits words no wider than the field.
  logic signed [Width-1:0] up8, up16, up32;
  logic [Width-1:0] sext8, sext16, sext32;
  assign up8 = a_i << (Width - 8);
  assign up16 = a_i << Pad16;
  assign up32 = a_i << Pad32;
  assign sext8 = up8 >>> (Width - 8);
  assign sext16 = up16 >>> Pad16;
  assign sext32 = up32 >>> Pad32;

  always_comb begin
    result_o = '0;
    if (OpMask[op_i]) begin
      case (op_i)
        cgra_pkg::OpMov: result_o = a_i;
        cgra_pkg::OpAdd, cgra_pkg::OpSub: result_o = sum[Width-1:0];
        cgra_pkg::OpAnd: result_o = OpMask[cgra_pkg::OpAnd] ? a_i & b_i : '0;
        cgra_pkg::OpOr: result_o = OpMask[cgra_pkg::OpOr] ? a_i | b_i : '0;
        cgra_pkg::OpXor: result_o = OpMask[cgra_pkg::OpXor] ? a_i ^ b_i : '0;
        cgra_pkg::OpShl: result_o = OpMask[cgra_pkg::OpShl] ? left : '0;
        cgra_pkg::OpLshr, cgra_pkg::OpAshr: begin
          result_o = (OpMask[cgra_pkg::OpLshr] || OpMask[cgra_pkg::OpAshr]) ? right[Width-1:0] : '0;
        end
        cgra_pkg::OpEq: result_o[0] = eq;
        cgra_pkg::OpNe: result_o[0] = ~eq;
        cgra_pkg::OpSlt: result_o[0] = slt;
        cgra_pkg::OpSle: result_o[0] = slt | eq;
        cgra_pkg::OpUlt: result_o[0] = ult;
        cgra_pkg::OpUle: result_o[0] = ult | eq;
        cgra_pkg::OpSmin: result_o = slt ? a_i : b_i;
        cgra_pkg::OpSmax: result_o = slt ? b_i : a_i;
        cgra_pkg::OpUmin: result_o = ult ? a_i : b_i;
        cgra_pkg::OpUmax: result_o = ult ? b_i : a_i;
        cgra_pkg::OpAbs: result_o = a_i[Width-1] ? sum[Width-1:0] : a_i;
        cgra_pkg::OpSelect: result_o = OpMask[cgra_pkg::OpSelect] ? (|c_i ? a_i : b_i) : '0;
        cgra_pkg::OpSext8: result_o = sext8;
        cgra_pkg::OpSext16: result_o = sext16;
        cgra_pkg::OpSext32: result_o = sext32;
        cgra_pkg::OpZext8: result_o = a_i & Low8;
        cgra_pkg::OpZext16: result_o = a_i & Low16;
        cgra_pkg::OpZext32: result_o = a_i & Low32;
        default: result_o = '0;
      endcase
    end
  end

endmodule
