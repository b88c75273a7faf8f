// Product of two small integers as a table, which costs one 6-input LUT per bit as long as the operands have 6 bits together.
// Latency: 0 (combinational); throughput: one product a cycle.
// Parameters: AWidth + BWidth <= 10; ASigned, BSigned: two's complement or unsigned.
module mul_table #(
  parameter int unsigned AWidth = 3,
  parameter int unsigned BWidth = 3,
  parameter bit ASigned = 1'b0,
  parameter bit BSigned = 1'b0
) (
  input  logic [AWidth-1:0]        a_i,
  input  logic [BWidth-1:0]        b_i,
  output logic [AWidth+BWidth-1:0] product_o
);

  localparam int unsigned Bits = AWidth + BWidth;

  // Bit k of the products of all {a, b}.
  function automatic logic [2**Bits-1:0] column(input logic [4:0] k);
    logic [Bits-1:0] a, b;
    for (int unsigned i = 0; i < 2 ** Bits; i++) begin
      a = Bits'(i >> BWidth);
      b = Bits'(i) & Bits'(2 ** BWidth - 1);
      if (ASigned && a[AWidth-1]) a = a - Bits'(2 ** AWidth);
      if (BSigned && b[BWidth-1]) b = b - Bits'(2 ** BWidth);
      a = a * b;
      column[i] = 1'(a >> k);
    end
  endfunction

  for (genvar k = 0; k < Bits; k++) begin : g_bit
    localparam logic [2**Bits-1:0] Column = column(5'(k));
    assign product_o[k] = Column[{a_i, b_i}];
  end

endmodule
