// The few WebGL2 calls the cell map needs: a program with cached uniform places, a texture from bytes or a canvas.

export interface Program {
  /** makes it the current program */
  readonly activate: () => void
  /** null for a uniform the shader does not use, which WebGL ignores */
  readonly uniform: (name: string) => WebGLUniformLocation | null
}

/** @throws with the compiler's words if a shader does not compile */
export function compileProgram(
  gl: WebGL2RenderingContext,
  vertex: string,
  fragment: string,
  attributes: Readonly<Record<string, number>>,
): Program {
  const handle = gl.createProgram()
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type)!
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(handle, shader)
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
      throw new Error(
        `cell map: the graphics driver refused a shader (${gl.getShaderInfoLog(shader)}), update the driver`,
      )
    }
  }
  for (const [name, place] of Object.entries(attributes)) gl.bindAttribLocation(handle, place, name)
  gl.linkProgram(handle)
  const places = new Map<string, WebGLUniformLocation | null>()
  return {
    activate: () => gl.useProgram(handle),
    uniform(name) {
      if (!places.has(name)) places.set(name, gl.getUniformLocation(handle, name))
      return places.get(name)!
    },
  }
}

type Pixels = HTMLCanvasElement | { readonly bytes: Uint8Array; readonly width: number; readonly height: number }

export interface TextureOptions {
  readonly format: 'rgba8' | 'rg8' | 'r8'
  /** `nearest-mipmap`: hard texels when magnified, averaged when minified */
  readonly filter: 'nearest' | 'linear' | 'nearest-mipmap'
}

export function textureOf(
  gl: WebGL2RenderingContext,
  pixels: Pixels,
  { format, filter }: TextureOptions,
): WebGLTexture {
  const [internal, external] = {
    rgba8: [gl.RGBA8, gl.RGBA],
    rg8: [gl.RG8, gl.RG],
    r8: [gl.R8, gl.RED],
  }[format] as [number, number]
  const texture = gl.createTexture()
  gl.activeTexture(gl.TEXTURE0)
  gl.bindTexture(gl.TEXTURE_2D, texture)
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false)
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false)
  if ('bytes' in pixels) {
    gl.texImage2D(gl.TEXTURE_2D, 0, internal, pixels.width, pixels.height, 0, external, gl.UNSIGNED_BYTE, pixels.bytes)
  } else {
    gl.texImage2D(gl.TEXTURE_2D, 0, internal, external, gl.UNSIGNED_BYTE, pixels)
  }
  if (filter === 'nearest-mipmap') gl.generateMipmap(gl.TEXTURE_2D)
  const minified = { nearest: gl.NEAREST, linear: gl.LINEAR, 'nearest-mipmap': gl.LINEAR_MIPMAP_LINEAR }[filter]
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, minified)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter === 'linear' ? gl.LINEAR : gl.NEAREST)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, filter === 'linear' ? gl.REPEAT : gl.CLAMP_TO_EDGE)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
  return texture
}
