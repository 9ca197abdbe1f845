// How a picture is cut into tiles and put together again: the plan and the blending of SuperRes.Lab's TilePlan and TilePass, row of tiles by
// row of tiles, so that memory grows with the width.
const up = (value, multiple) => Math.ceil(value / multiple) * multiple, down = (value, multiple) => Math.floor(value / multiple) * multiple;

// Lengths are in pixels of the result. `comfortable` is how many of them the network sees at once.
export function plan(width, height, radius, multiple, comfortable) {
  if (up(width, multiple) * up(height, multiple) <= comfortable) {
    return { core: up(Math.max(width, height), multiple), overlap: 0, blend: 0 };
  }
  const side = down(Math.sqrt(comfortable), multiple), overlap = Math.min(up(radius, multiple), down(side / 4, multiple));
  const core = Math.max(multiple, side - 2 * overlap);
  // Where the overlap falls short of what the network sees, half of it is blended.
  return { core, overlap, blend: Math.min(overlap >= radius ? overlap - radius : overlap / 2, core / 2) };
}

function spans(length, { core, overlap, blend }) {
  const made = [];
  for (let start = 0; start < length; start += core) {
    const end = Math.min(length, start + core), read = Math.max(0, start - overlap);
    made.push({
      read, readEnd: Math.min(length, end + overlap), start, end, give: Math.max(read, start === 0 ? 0 : start - blend),
      giveEnd: end === length ? length : Math.min(length, end + blend),
    });
  }
  return made;
}

function weight({ start, end }, pixel, length, blend) {
  const ramp = edge => blend === 0 ? (pixel >= edge ? 1 : 0) : Math.min(1, Math.max(0, (pixel - edge + blend + 0.5) / (2 * blend)));
  return (start === 0 ? 1 : ramp(start)) * (end === length ? 1 : 1 - ramp(end));
}

// Runs `predict(x, y, width, height)`, in pixels of the input, for each tile; it gives 3 × (height·scale) × (width·scale) numbers in 0–1.
// `take(row, values, count)` is given finished rows of the result, 3 numbers a pixel.
export async function run(width, height, scale, cut, predict, take, progress) {
  const w = width * scale, h = height * scale, rows = spans(h, cut), columns = spans(w, cut);
  const band = new Float32Array(Math.min(h, cut.core + 2 * cut.blend) * w * 3);
  let rest = 0, done = 0;
  for (const row of rows) {
    for (const column of columns) {
      const values = await predict(column.read / scale, row.read / scale, (column.readEnd - column.read) / scale, (row.readEnd - row.read) / scale);
      const wide = column.readEnd - column.read, plane = wide * (row.readEnd - row.read);
      const across = Float32Array.from({ length: column.giveEnd - column.give }, (_, i) => weight(column, column.give + i, w, cut.blend));
      for (let y = row.give; y < row.giveEnd; y++) {
        const share = weight(row, y, h, cut.blend);
        let from = (y - row.read) * wide + column.give - column.read, to = ((y - row.give) * w + column.give) * 3;
        for (let i = 0; i < across.length; i++, from++, to += 3) {
          const part = share * across[i];
          band[to] += part * values[from];
          band[to + 1] += part * values[from + plane];
          band[to + 2] += part * values[from + 2 * plane];
        }
      }
      done += (row.end - row.start) * (column.end - column.start);
      progress(done / (w * h));
    }
    const finished = row.end === h ? h : Math.max(row.give, row.end - cut.blend), count = finished - row.give;
    take(row.give, band, count);
    rest = (row.giveEnd - finished) * w * 3;
    band.copyWithin(0, count * w * 3, count * w * 3 + rest);
    band.fill(0, rest);
  }
}
