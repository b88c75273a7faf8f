// Configuration memory of a PE: `Depth` words of `Bits` bits, written by 32-bit chunks, read a whole word at a time.
// Latency: word_o is the word of slot_i one clock after fetch_i; it holds while fetch_i is low. A synchronous read, so
// that synthesis may choose block or distributed memory. Not cleared by reset.
// Parameters: Bits >= 1; Depth >= 1; SlotBits: width of a slot number.
module cgra_config_mem #(
  parameter int unsigned Bits = 100,
  parameter int unsigned Depth = 32,
  localparam int unsigned SlotBits = 8
) (
  input  logic                clk_i,
  // Host: one chunk.
  input  logic                we_i,
  input  logic [SlotBits-1:0] wslot_i,
  input  logic [5:0]          wchunk_i,
  input  logic [31:0]         wdata_i,
  // Array.
  input  logic                fetch_i,
  input  logic [SlotBits-1:0] slot_i,
  output logic [Bits-1:0]     word_o
);

  localparam int unsigned Chunks = (Bits + 31) / 32;
  localparam int unsigned AddrBits = (Depth > 1) ? $clog2(Depth) : 1;

  for (genvar c = 0; c < Chunks; c++) begin : g_chunk
    localparam int unsigned ChunkBits = (c == Chunks - 1) ? Bits - 32 * c : 32;
    logic [ChunkBits-1:0] memory [Depth];
    logic [ChunkBits-1:0] data_q;
    always_ff @(posedge clk_i) begin
      if (we_i && wchunk_i == 6'(c)) memory[wslot_i[AddrBits-1:0]] <= wdata_i[ChunkBits-1:0];
      if (fetch_i) data_q <= memory[slot_i[AddrBits-1:0]];
    end
    assign word_o[32*c+:ChunkBits] = data_q;
  end

  logic unused_bits;
  assign unused_bits = ^{wslot_i, slot_i, wdata_i};

endmodule
