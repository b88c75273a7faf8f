// Lets onnxruntime cast and quantise numbers, for tests that compare ours with its results.
//
//   node judge.js INPUT OUTPUT_FOLDER     (NODE_PATH leads to onnxruntime-node)
//
// INPUT: float32 numbers, little-endian. For each graph below, OUTPUT_FOLDER/NAME gets float32 numbers: the input cast to the
// type and back, or quantised (codes as numbers) and dequantised. Graph optimisations are off, since they would remove casts.
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

const FLOAT = 1, UINT8 = 2, INT8 = 3;
const FLOAT8 = {e4m3fn: 17, e4m3fnuz: 18, e5m2ieee: 19, e5m2fnuz: 20};

// The little of the protobuf wire format that an ONNX model of a few nodes needs.
function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  bytes.push(value);
  return Buffer.from(bytes);
}
const number = (field, value) => Buffer.concat([varint(field * 8), varint(value)]);
function message(field, ...parts) {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
}

const attribute = (name, value) => message(5, message(1, name), number(3, value), number(20, 2));
function node(operator, inputs, outputs, attributes = {}) {
  return message(1, ...inputs.map((name) => message(1, name)), ...outputs.map((name) => message(2, name)), message(4, operator),
                 ...Object.entries(attributes).map(([name, value]) => attribute(name, value)));
}
function value(field, name, count) {
  return message(field, message(1, name), message(2, message(1, number(1, FLOAT), message(2, message(1, number(1, count))))));
}
const scalar = (name, type, raw) => message(5, number(2, type), message(8, name), message(9, raw));

function model(count, outputs, ...parts) {
  const graph = message(7, ...parts, message(2, 'judge'), value(11, 'x', count), ...outputs.map((name) => value(12, name, count)));
  return Buffer.concat([number(1, 9), message(8, number(2, 19)), graph]);
}

function castModel(count, type, saturate) {
  return model(count, ['y'], node('Cast', ['x'], ['q'], {to: type, saturate}), node('Cast', ['q'], ['y'], {to: FLOAT}));
}

function quantizeModel(count, type, scale, zeroPoint) {
  const raw = Buffer.alloc(4);
  raw.writeFloatLE(scale);
  return model(count, ['codes', 'y'], scalar('scale', FLOAT, raw), scalar('zero', type, Buffer.from([zeroPoint & 255])),
               node('QuantizeLinear', ['x', 'scale', 'zero'], ['q']), node('Cast', ['q'], ['codes'], {to: FLOAT}),
               node('DequantizeLinear', ['q', 'scale', 'zero'], ['y']));
}

async function main([input, folder]) {
  const bytes = fs.readFileSync(input);
  const x = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const graphs = {};
  for (const [name, type] of Object.entries(FLOAT8)) {
    for (const saturate of [0, 1]) graphs[`${name}.${saturate}`] = castModel(x.length, type, saturate);
  }
  graphs.uint8 = quantizeModel(x.length, UINT8, Math.fround(0.037), 77);
  graphs.int8 = quantizeModel(x.length, INT8, Math.fround(0.3), -5);
  for (const [name, bytesOfModel] of Object.entries(graphs)) {
    const session = await ort.InferenceSession.create(bytesOfModel, {graphOptimizationLevel: 'disabled', intraOpNumThreads: 1});
    const results = await session.run({x: new ort.Tensor('float32', x, [x.length])});
    for (const [output, tensor] of Object.entries(results)) {
      fs.writeFileSync(path.join(folder, `${name}.${output}`), Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength));
    }
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
