// Shaders of the cell map. Every pixel is followed to the ground: to its latitude and longitude, from there by the arithmetic of the
// grid to its cell and the cell's texel, and where that is empty to the cell that is grown over it. A mesh would be drawn faster but
// not true: between vertices one degree apart, longitude read from triangles is up to 0.4 km off at 60 degrees.

const uniforms = `\
layout(std140) uniform cellMapUniforms {
  vec3 eye;
  vec3 ray;
  vec3 rayAcross;
  vec3 rayUp;
  vec2 centre;
  vec2 texelsPerRadian;
  vec2 texelKm;
  float isFlat;
  float column;
  float lonFraction;
  float rowFraction;
  float kmPerPx;
  float growPx;
  float opacity;
  int lonDegrees;
  int row;
  int columnsAround;
  int columnLeft;
} cellMap;
`

/** Uniforms beside those of the bitmap layer. */
export const cellMapModule = {
  name: 'cellMap',
  fs: uniforms,
  uniformTypes: {
    eye: 'vec3<f32>',
    ray: 'vec3<f32>',
    rayAcross: 'vec3<f32>',
    rayUp: 'vec3<f32>',
    centre: 'vec2<f32>',
    texelsPerRadian: 'vec2<f32>',
    texelKm: 'vec2<f32>',
    isFlat: 'f32',
    column: 'f32',
    lonFraction: 'f32',
    rowFraction: 'f32',
    kmPerPx: 'f32',
    growPx: 'f32',
    opacity: 'f32',
    lonDegrees: 'i32',
    row: 'i32',
    columnsAround: 'i32',
    columnLeft: 'i32',
  },
} as const

export const cellMapVertexShader = `\
#version 300 es
#define SHADER_NAME cell-map-vertex-shader
in vec3 positions;
out vec2 screen;
void main(void) {
  screen = positions.xy;
  gl_Position = vec4(positions.xy, 0.0, 1.0);
}
`

export const cellMapFragmentShader = `\
#version 300 es
#define SHADER_NAME cell-map-fragment-shader
precision highp float;
precision highp int;
precision highp isampler2D;
in vec2 screen;
out vec4 fragColor;
uniform sampler2D cells;         // premultiplied, with mipmaps
uniform sampler2D steps;         // to the nearest cell
uniform sampler2D land;          // 1 on land
uniform isampler2D cellsOfRow;   // around the Earth
const float PI = 3.141592653589793;

/** Radians east and north of the centre of the map; @returns how much of the pixel is ground */
float groundAt(vec3 ray, out vec2 ground) {
  float sinLat = sin(radians(cellMap.centre.y));
  float cosLat = cos(radians(cellMap.centre.y));
  if (cellMap.isFlat > 0.5) {
    vec2 mercator = cellMap.eye.xy - cellMap.eye.z / ray.z * ray.xy;
    float t = tanh(0.5 * mercator.y);
    ground = vec2(mercator.x, 2.0 * atan(t * cosLat, 1.0 + t * sinLat));
    return 1.0;
  }
  float a = dot(ray, ray);
  float b = dot(cellMap.eye, ray) + ray.z;
  float c = dot(cellMap.eye, cellMap.eye) + 2.0 * cellMap.eye.z;
  float hit = b * b - a * c;
  vec3 place = cellMap.eye + c / (sqrt(max(hit, 0.0)) - b) * ray;
  // from the Earth's axis: x towards the meridian of the centre, place.x to its east, z to the north
  float x = cosLat * (1.0 + place.z) - sinLat * place.y;
  float z = sinLat * (1.0 + place.z) + cosLat * place.y;
  float r = length(vec2(x, place.x));
  float bend = x > 0.0 ? place.x * place.x / (r + x) : r - x;
  ground = vec2(atan(place.x, x), atan(place.y - sinLat * bend, r * cosLat + z * sinLat));
  return clamp(0.5 + hit / max(fwidth(hit), 1e-12), 0.0, 1.0);
}

/** Operands that may be negative: what / and % do with those is left open. */
int floorDiv(int a, int b) {
  return a >= 0 ? a / b : -((b - 1 - a) / b);
}

int wrapped(int a, int b) {
  return a - b * floorDiv(a, b);
}

/** Cell of a row of that many cells, counted eastwards from 0 degrees, and how far into it; cells begin there in every row. */
int columnAt(float east, int count, out float within) {
  int whole = cellMap.lonDegrees * count;
  int columns = floorDiv(whole, 360);
  float rest = (float(whole - 360 * columns) + cellMap.lonFraction * float(count)) / 360.0;
  float fraction = rest + east * (0.5 / PI) * float(count);
  within = fract(fraction);
  return columns + int(floor(fraction));
}

/** First texel column whose centre the cell holds: every cell has one. */
int texelOf(int column, int count) {
  int around = cellMap.columnsAround;
  int beyond = 2 * wrapped(column, count) * around + (around - 1) * count;
  return wrapped((beyond + 2 * count - 1) / (2 * count) - cellMap.columnLeft, around);
}

/** Cell that holds the centre of a texel. */
int columnOf(int texel, int count) {
  int around = cellMap.columnsAround;
  return floorDiv((2 * (texel + cellMap.columnLeft) + 1 - around) * count, 2 * around);
}

float landAt(vec2 degreesEastNorth) {
  return texture(land, vec2(degreesEastNorth.x / 360.0 + 0.5, 0.5 - degreesEastNorth.y / 180.0)).r;
}

/** Colour of the nearest cell as far as it is grown over this place. */
vec4 grownCell(ivec2 texel, vec2 ground, float rowsDown, float isLand) {
  vec2 code = texelFetch(steps, texel, 0).rg * 255.0;
  if (code.r < 0.5) return vec4(0.0);
  ivec2 source = texel + ivec2(floor(code + 0.5)) - 128;
  source.x = wrapped(source.x, cellMap.columnsAround);
  int count = texelFetch(cellsOfRow, ivec2(source.y, 0), 0).r;
  float within;
  int column = columnAt(ground.x, count, within);
  int cellColumn = columnOf(source.x, count);
  float columnsOff = float(cellColumn - column) + 0.5 - within;
  columnsOff -= float(count) * floor(columnsOff / float(count) + 0.5);
  float rowsOff = float(source.y - cellMap.row) + 0.5 - rowsDown;
  vec2 outside = max(abs(vec2(columnsOff, rowsOff)) - 0.5, 0.0);
  vec2 cellKm = vec2(float(cellMap.columnsAround) / float(count), 1.0) * cellMap.texelKm;
  float px = length(outside * cellKm * vec2(cos(radians(cellMap.centre.y) + ground.y), 1.0)) / cellMap.kmPerPx;
  float coverage = 1.0 - smoothstep(max(cellMap.growPx - 0.7, 0.0), cellMap.growPx + 0.7, px);
  // a cell on land grows over land only, so coasts keep their shape
  vec2 origin = vec2((float(cellColumn) + 0.5) / float(count) * 360.0, cellMap.centre.y + degrees(ground.y - rowsOff / cellMap.texelsPerRadian.y));
  if (px > 0.0 && landAt(origin) > 0.12) coverage *= smoothstep(0.35, 0.6, isLand);
  return texelFetch(cells, source, 0) * coverage;
}

void main(void) {
  vec2 ground;
  float shown = groundAt(cellMap.ray + screen.x * cellMap.rayAcross + screen.y * cellMap.rayUp, ground);
  vec2 texels = ground * cellMap.texelsPerRadian;
  vec2 gradient = max(abs(dFdx(texels)), abs(dFdy(texels)));
  float isLand = landAt(cellMap.centre + degrees(ground));

  ivec2 size = textureSize(cells, 0);
  float rowsDown = cellMap.rowFraction - texels.y;
  int row = cellMap.row + int(floor(rowsDown));
  float around = float(cellMap.columnsAround);
  float at = mod(cellMap.column + texels.x, around);
  if (shown <= 0.0 || row < 0 || row >= size.y) discard;
  int count = texelFetch(cellsOfRow, ivec2(row, 0), 0).r;
  float lod = clamp(log2(max(gradient.x * float(count) / around, gradient.y)), 0.0, 4.0);

  vec4 cell = vec4(0.0);
  // only a map without gaps is averaged: a lone cell among empty texels would lose its colour in eight bits
  if (cellMap.growPx <= 0.0 && lod > 0.0) {
    vec2 place = vec2(at, float(cellMap.row) + rowsDown) / vec2(size);
    if (place.x < 1.0) cell = textureLod(cells, place, lod);
  } else {
    float within;
    int column = columnAt(ground.x, count, within);
    int texel = texelOf(column, count);
    if (texel < size.x) cell = texelFetch(cells, ivec2(texel, row), 0);
    bool isGrown = cell.a == 0.0 && cellMap.growPx > 0.0 && int(at) < size.x;
    if (isGrown) cell = grownCell(ivec2(int(at), row), ground, rowsDown, isLand);
  }
  if (cell.a == 0.0) discard;
  fragColor = cell * shown * cellMap.opacity;
}
`
