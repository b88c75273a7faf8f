// Fixed-point position of a product: magnitude_o = (product_i << shift_i) >> Drop, where Drop <= shift_i <= MaxShift.
// The low FineBits of the shift move the product within a window, the others choose the window's place by a one-hot code. Windows
// are so wide that at most two of them meet in any bit, so that a bit is (fine & hot) | (fine & hot), 4 inputs, which leaves room
// in a 6-input LUT for the sign and the accumulator's bit of the adder behind.
// Latency: 0 (combinational).
// Parameters: ProductBits >= 1; ShiftBits >= 1; MaxShift < 2^ShiftBits; Drop <= MaxShift; FineBits with 2^FineBits >=
// ProductBits - 1 (more windows would meet otherwise).
module mac_align #(
  parameter int unsigned ProductBits = 8,
  parameter int unsigned ShiftBits = 5,
  parameter int unsigned MaxShift = 30,
  parameter int unsigned Drop = 2,
  parameter int unsigned FineBits = 3,
  parameter int unsigned OutBits = ProductBits + MaxShift - Drop
) (
  input  logic [ProductBits-1:0] product_i,
  input  logic [ShiftBits-1:0]   shift_i,
  output logic [OutBits-1:0]     magnitude_o
);

  if (FineBits >= ShiftBits) begin : g_fine_only
    localparam int unsigned WindowBits = ProductBits + 2 ** ShiftBits - 1;
    logic [WindowBits+OutBits+Drop-1:0] window;
    assign window = (WindowBits + OutBits + Drop)'(product_i) << shift_i;
    assign magnitude_o = window[Drop+:OutBits];
    logic unused_window;
    assign unused_window = ^window;
  end else begin : g_coarse
    localparam int unsigned Step = 2 ** FineBits;
    localparam int unsigned Windows = MaxShift / Step + 1;
    localparam int unsigned WindowBits = ProductBits + Step - 1;
    localparam int unsigned PlaceBits = WindowBits + (Windows - 1) * Step;
    logic [WindowBits-1:0] window;
    logic [PlaceBits-1:0] placed;
    assign window = WindowBits'(product_i) << shift_i[FineBits-1:0];
    always_comb begin
      placed = '0;
      for (int unsigned q = 0; q < Windows; q++) begin
        if (shift_i[ShiftBits-1:FineBits] == (ShiftBits - FineBits)'(q)) placed[q*Step+:WindowBits] |= window;
      end
    end
    assign magnitude_o = placed[Drop+:OutBits];
    logic unused_placed;
    assign unused_placed = ^placed;
  end

endmodule
