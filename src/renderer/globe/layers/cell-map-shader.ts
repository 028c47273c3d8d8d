// Fragment shader of the cell map: from the latitude and longitude of a pixel to its texel, and to the cell that is grown over it.

const uniforms = `\
layout(std140) uniform cellMapUniforms {
  vec4 bbox;
  vec2 texelKm;
  float kmPerPx;
  float growPx;
  float opacity;
} cellMap;
`

/** Uniforms beside those of the bitmap layer. */
export const cellMapModule = {
  name: 'cellMap',
  fs: uniforms,
  uniformTypes: { bbox: 'vec4<f32>', texelKm: 'vec2<f32>', kmPerPx: 'f32', growPx: 'f32', opacity: 'f32' },
} as const

/** On the globe `vTexCoord` runs evenly over the degrees of the box; on the flat map `vTexPos` is in mercator units of deck.gl. */
export const cellMapFragmentShader = `\
#version 300 es
#define SHADER_NAME cell-map-fragment-shader
precision highp float;
precision highp int;
in vec2 vTexCoord;
in vec2 vTexPos;
out vec4 fragColor;
uniform sampler2D cells;      // premultiplied, with mipmaps
uniform sampler2D steps;      // to the nearest cell
uniform sampler2D land;       // 1 on land
const float PI = 3.141592653589793;

vec2 lonLat() {
  if (bitmap.coordinateConversion < -0.5) {
    vec2 mercator = vTexPos / 512.0;
    return vec2(mercator.x * 360.0 - 180.0, degrees(atan(sinh(PI * (2.0 * mercator.y - 1.0)))));
  }
  return vec2(mix(cellMap.bbox.x, cellMap.bbox.z, vTexCoord.x), mix(cellMap.bbox.w, cellMap.bbox.y, vTexCoord.y));
}

float landAt(vec2 place) {
  return texture(land, vec2(place.x / 360.0 + 0.5, 0.5 - place.y / 180.0)).r;
}

void main(void) {
  vec2 place = lonLat();
  vec2 size = vec2(textureSize(cells, 0));
  vec2 span = cellMap.bbox.zw - cellMap.bbox.xy;
  vec2 at = vec2(place.x - cellMap.bbox.x, cellMap.bbox.w - place.y) / span * size;
  vec2 gradient = max(abs(dFdx(at)), abs(dFdy(at)));
  float lod = clamp(log2(max(gradient.x, gradient.y)), 0.0, 4.0);
  float isLand = landAt(place);
  if (any(lessThan(at, vec2(0.0))) || any(greaterThanEqual(at, size))) discard;

  vec2 texel = floor(at);
  float coverage = 1.0;
  vec2 source = texel;
  if (cellMap.growPx > 0.0) {
    vec2 code = texelFetch(steps, ivec2(texel), 0).rg * 255.0;
    if (code.r < 0.5) discard;
    source = texel + floor(code + 0.5) - 128.0;
    source.x = mod(source.x, size.x);
    vec2 apart = abs(at - (source + 0.5));
    apart.x = min(apart.x, size.x - apart.x);
    vec2 outside = max(apart - 0.5, 0.0) * cellMap.texelKm * vec2(cos(radians(place.y)), 1.0);
    float px = length(outside) / cellMap.kmPerPx;
    coverage = 1.0 - smoothstep(max(cellMap.growPx - 0.7, 0.0), cellMap.growPx + 0.7, px);
    // a cell on land grows over land only, so coasts keep their shape
    vec2 origin = cellMap.bbox.xw + vec2(1.0, -1.0) * (source + 0.5) / size * span;
    if (px > 0.0 && landAt(origin) > 0.12) coverage *= smoothstep(0.35, 0.6, isLand);
  }
  // only a map without gaps is averaged: a lone cell among empty texels would lose its colour in eight bits
  bool isAveraged = cellMap.growPx <= 0.0 && lod > 0.0;
  vec4 cell = isAveraged ? textureLod(cells, (source + 0.5) / size, lod) : texelFetch(cells, ivec2(source), 0);
  fragColor = cell * coverage * cellMap.opacity;
}
`
