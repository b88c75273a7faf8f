// A group's keys, or its values: Slots vectors of HeadDim elements, written StreamElements wide, read an element a clock.
// Latency: the element is there in the clock after its address.
module swat_store #(
  parameter int unsigned Width = 16,
  parameter int unsigned HeadDim = 64,
  parameter int unsigned Slots = 64,
  parameter int unsigned StreamElements = 4,
  localparam int unsigned SlotBits = $clog2(Slots),
  localparam int unsigned ElementBits = $clog2(HeadDim),
  localparam int unsigned LaneBits = $clog2(StreamElements),
  localparam int unsigned LinePorts = (ElementBits == LaneBits) ? 1 : ElementBits - LaneBits,
  localparam int unsigned Lines = HeadDim / StreamElements,
  localparam int unsigned WordBits = StreamElements * Width
) (
  input  logic                   clk_i,
  input  logic                   we_i,
  input  logic [SlotBits-1:0]    slot_i,
  input  logic [LinePorts-1:0]   line_i,
  input  logic [WordBits-1:0]    word_i,
  input  logic [SlotBits-1:0]    read_slot_i,
  input  logic [ElementBits-1:0] read_element_i,
  output logic [Width-1:0]       element_o
);

  (* ram_style = "block" *)
  logic [WordBits-1:0] memory [Slots * Lines];
  logic [WordBits-1:0] word_q;

  if (ElementBits == LaneBits) begin : g_one_line
    logic unused_line;
    assign unused_line = ^line_i;
    always_ff @(posedge clk_i) begin
      if (we_i) memory[slot_i] <= word_i;
      word_q <= memory[read_slot_i];
    end
  end else begin : g_lines
    always_ff @(posedge clk_i) begin
      if (we_i) memory[{slot_i, line_i}] <= word_i;
      word_q <= memory[{read_slot_i, read_element_i[ElementBits-1:LaneBits]}];
    end
  end

  if (LaneBits == 0) begin : g_lane
    assign element_o = word_q;
  end else begin : g_lanes
    logic [LaneBits-1:0] lane_q;
    always_ff @(posedge clk_i) lane_q <= read_element_i[LaneBits-1:0];
    assign element_o = word_q[Width*lane_q+:Width];
  end

endmodule
