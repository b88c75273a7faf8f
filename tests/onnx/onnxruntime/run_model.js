// Runs an ONNX model in onnxruntime, for tests that compare our results with its.
//
//   node run_model.js MODEL FEEDS.json FOLDER disabled|all     (NODE_PATH leads to onnxruntime-node)
//
// FEEDS.json: {"input name": {"type": "float32", "dims": [1, 3], "file": "raw, little-endian"}, ...}. FOLDER gets outputs.json of
// the same form, and the files that it names. The last word says which graph optimisations
// are made: they change the order of sums, and quantised operators become ones on codes.
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

const ARRAYS = {float32: Float32Array, float64: Float64Array, int64: BigInt64Array, int32: Int32Array, uint8: Uint8Array, int8: Int8Array, bool: Uint8Array};

async function main([model, feedsFile, folder, optimizations]) {
  const feeds = {};
  for (const [name, {type, dims, file}] of Object.entries(JSON.parse(fs.readFileSync(feedsFile, 'utf8')))) {
    const bytes = fs.readFileSync(file);
    const data = new ARRAYS[type](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    feeds[name] = new ort.Tensor(type, data, dims);
  }
  const options = {graphOptimizationLevel: optimizations, intraOpNumThreads: 1, logSeverityLevel: 3};
  const session = await ort.InferenceSession.create(model, options);
  const outputs = {};
  let index = 0;
  for (const [name, tensor] of Object.entries(await session.run(feeds))) {
    const file = path.join(folder, `output_${index++}`);
    fs.writeFileSync(file, Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
    outputs[name] = {type: tensor.type, dims: tensor.dims, file};
  }
  fs.writeFileSync(path.join(folder, 'outputs.json'), JSON.stringify(outputs));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(String(error));
  process.exit(1);
});
