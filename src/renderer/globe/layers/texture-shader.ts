// Shaders of the cell map. The vertex shader uses MapLibre's own projection, so the texture lies exactly where lines and fills lie, on
// the globe, on the flat map and in between; the fragment shader finds latitude and longitude of every pixel and with them its texel.

/** MapLibre's prelude and define, which change with the projection. */
export interface ProjectionShader {
  readonly vertexShaderPrelude: string
  readonly define: string
}

export const vertexShader = ({ vertexShaderPrelude, define }: ProjectionShader) => `#version 300 es
${vertexShaderPrelude}
${define}
in vec2 a_mercator;
uniform float u_world;
out highp vec2 v_mercator;
void main() {
  v_mercator = a_mercator;
  gl_Position = projectTile(a_mercator + vec2(u_world, 0.0));
}`

export const fragmentShader = `#version 300 es
precision highp float;
precision highp int;
in highp vec2 v_mercator;
out vec4 colour;
uniform sampler2D u_cells;      // premultiplied, with mipmaps
uniform sampler2D u_steps;      // to the nearest cell
uniform sampler2D u_land;       // 1 on land
uniform vec4 u_bbox;            // west, south, east, north
uniform vec2 u_texel_km;        // at the equator
uniform float u_km_per_px;
uniform float u_grow_px;
uniform float u_opacity;
const float PI = 3.141592653589793;

vec2 lonLat(vec2 mercator) {
  float y = PI * (1.0 - 2.0 * mercator.y);
  return vec2(mercator.x * 360.0 - 180.0, degrees(atan(sinh(y))));
}

float landAt(vec2 place) {
  return texture(u_land, vec2(place.x / 360.0 + 0.5, 0.5 - place.y / 180.0)).r;
}

void main() {
  vec2 place = lonLat(v_mercator);
  vec2 size = vec2(textureSize(u_cells, 0));
  vec2 span = vec2(u_bbox.z - u_bbox.x, u_bbox.w - u_bbox.y);
  vec2 at = vec2(place.x - u_bbox.x, u_bbox.w - place.y) / span * size;
  vec2 gradient = max(abs(dFdx(at)), abs(dFdy(at)));
  float lod = clamp(log2(max(gradient.x, gradient.y)), 0.0, 4.0);
  float land = landAt(place);
  if (any(lessThan(at, vec2(0.0))) || any(greaterThanEqual(at, size))) discard;

  vec2 texel = floor(at);
  float coverage = 1.0;
  vec2 source = texel;
  if (u_grow_px > 0.0) {
    vec2 code = texelFetch(u_steps, ivec2(texel), 0).rg * 255.0;
    if (code.r < 0.5) discard;
    source = texel + floor(code + 0.5) - 128.0;
    source.x = mod(source.x, size.x);
    vec2 apart = abs(at - (source + 0.5));
    apart.x = min(apart.x, size.x - apart.x);
    vec2 outside = max(apart - 0.5, 0.0) * u_texel_km * vec2(cos(radians(place.y)), 1.0);
    float px = length(outside) / u_km_per_px;
    coverage = 1.0 - smoothstep(max(u_grow_px - 0.7, 0.0), u_grow_px + 0.7, px);
    // a cell on land grows over land only, so coasts keep their shape
    vec2 origin = u_bbox.xw + vec2(1.0, -1.0) * (source + 0.5) / size * span;
    if (px > 0.0 && landAt(origin) > 0.12) coverage *= smoothstep(0.35, 0.6, land);
  }
  // only a map without gaps is averaged: a lone cell among empty texels would lose its colour in eight bits
  bool isAveraged = u_grow_px <= 0.0 && lod > 0.0;
  vec4 cell = isAveraged ? textureLod(u_cells, (source + 0.5) / size, lod) : texelFetch(u_cells, ivec2(source), 0);
  colour = cell * coverage * u_opacity;
}`
