// The cell map as a MapLibre custom layer. It owns its GPU objects; `dispose` or a lost context ends it, `show` replaces the map.

import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from 'maplibre-gl'
import { metersPerPixel } from '../camera.ts'
import { type CellMap, growthPx, texelKm } from './cell-map.ts'
import { compileProgram, type Program, textureOf } from './gl.ts'
import { globeMesh } from './globe-mesh.ts'
import { fragmentShader, vertexShader } from './texture-shader.ts'

interface GpuMap {
  readonly cells: WebGLTexture
  readonly steps: WebGLTexture
}

export class TextureLayer implements CustomLayerInterface {
  readonly id = 'cell-map'
  readonly type = 'custom'
  readonly renderingMode = '2d'
  opacity = 1
  visible = true
  #map: MapLibreMap | undefined
  #cellMap: CellMap | undefined
  #gpuMap: GpuMap | undefined
  #land: WebGLTexture | undefined
  #mesh: { readonly vao: WebGLVertexArrayObject; readonly count: number } | undefined
  readonly #programs = new Map<string, Program>()
  readonly #landMask: () => HTMLCanvasElement

  /** @param landMask drawn on first use: plate carree of the world, white on land */
  constructor(landMask: () => HTMLCanvasElement) {
    this.#landMask = landMask
  }

  onAdd(map: MapLibreMap): void {
    this.#map = map
  }

  /** Called too when the context is lost, when there is nothing left to free. */
  onRemove(_map: MapLibreMap, gl: WebGLRenderingContext | WebGL2RenderingContext | undefined): void {
    if (gl) this.#freeMap(gl as WebGL2RenderingContext)
    this.#map = undefined
  }

  /** Shows another map, or none. */
  show(cellMap: CellMap | undefined): void {
    if (cellMap === this.#cellMap) return
    this.#cellMap = cellMap
    this.#map?.triggerRepaint()
  }

  #uploaded: CellMap | undefined

  render(context: WebGLRenderingContext | WebGL2RenderingContext, input: CustomRenderMethodInput): void {
    const gl = context as WebGL2RenderingContext
    this.#upload(gl)
    if (!this.visible || !this.#gpuMap || !this.#cellMap || !this.#map || this.opacity <= 0) return
    const program = this.#program(gl, input)
    program.activate()
    this.#setUniforms(gl, program, input, this.#cellMap, this.#map)
    bind(gl, 0, this.#gpuMap.cells)
    bind(gl, 1, this.#gpuMap.steps)
    bind(gl, 2, this.#land!)
    gl.bindVertexArray(this.#mesh!.vao)
    gl.disable(gl.CULL_FACE)
    const isFlat = !input.shaderData.define.includes('GLOBE')
    for (const world of isFlat && this.#map.getRenderWorldCopies() ? [-1, 0, 1] : [0]) {
      gl.uniform1f(program.uniform('u_world'), world)
      gl.drawElements(gl.TRIANGLES, this.#mesh!.count, gl.UNSIGNED_INT, 0)
    }
    gl.bindVertexArray(null)
  }

  #program(gl: WebGL2RenderingContext, { shaderData }: CustomRenderMethodInput): Program {
    const known = this.#programs.get(shaderData.variantName)
    if (known) return known
    const program = compileProgram(gl, vertexShader(shaderData), fragmentShader, { a_mercator: 0 })
    this.#programs.set(shaderData.variantName, program)
    return program
  }

  #setUniforms(
    gl: WebGL2RenderingContext,
    { uniform }: Program,
    { defaultProjectionData: projection }: CustomRenderMethodInput,
    cellMap: CellMap,
    map: MapLibreMap,
  ): void {
    gl.uniformMatrix4fv(uniform('u_projection_matrix'), false, new Float32Array(projection.mainMatrix))
    gl.uniformMatrix4fv(uniform('u_projection_fallback_matrix'), false, new Float32Array(projection.fallbackMatrix))
    gl.uniform4fv(uniform('u_projection_tile_mercator_coords'), projection.tileMercatorCoords)
    gl.uniform4fv(uniform('u_projection_clipping_plane'), projection.clippingPlane)
    gl.uniform1f(uniform('u_projection_transition'), projection.projectionTransition)
    const kmPerPx = metersPerPixel(map.getCenter().lat, map.getZoom()) / 1000 / devicePixelRatio
    gl.uniform1i(uniform('u_cells'), 0)
    gl.uniform1i(uniform('u_steps'), 1)
    gl.uniform1i(uniform('u_land'), 2)
    gl.uniform4fv(uniform('u_bbox'), [...cellMap.grid.bbox])
    gl.uniform2fv(uniform('u_texel_km'), [...texelKm(cellMap.grid)])
    gl.uniform1f(uniform('u_km_per_px'), kmPerPx)
    gl.uniform1f(uniform('u_grow_px'), growthPx(cellMap, kmPerPx * devicePixelRatio) * devicePixelRatio)
    gl.uniform1f(uniform('u_opacity'), this.opacity)
  }

  /** Inside `render`, because MapLibre restores the GL state it caches only after that. */
  #upload(gl: WebGL2RenderingContext): void {
    if (this.#uploaded === this.#cellMap) return
    this.#freeMap(gl)
    this.#uploaded = this.#cellMap
    if (!this.#cellMap) return
    this.#mesh ??= uploadMesh(gl)
    this.#land ??= textureOf(gl, this.#landMask(), { format: 'r8', filter: 'linear' })
    const { grid, pixels, reach } = this.#cellMap
    const whole = reach.reachRows > 0 ? grid : { width: 1, height: 1 }
    this.#gpuMap = {
      cells: textureOf(gl, { bytes: pixels, ...grid }, { format: 'rgba8', filter: 'nearest-mipmap' }),
      steps: textureOf(gl, { bytes: reach.steps, ...whole }, { format: 'rg8', filter: 'nearest' }),
    }
  }

  #freeMap(gl: WebGL2RenderingContext): void {
    if (this.#gpuMap) {
      gl.deleteTexture(this.#gpuMap.cells)
      gl.deleteTexture(this.#gpuMap.steps)
    }
    this.#gpuMap = undefined
    this.#uploaded = undefined
  }
}

function bind(gl: WebGL2RenderingContext, unit: number, texture: WebGLTexture): void {
  gl.activeTexture(gl.TEXTURE0 + unit)
  gl.bindTexture(gl.TEXTURE_2D, texture)
}

function uploadMesh(gl: WebGL2RenderingContext) {
  const { vertices, indices } = globeMesh()
  const vao = gl.createVertexArray()
  gl.bindVertexArray(vao)
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer())
  gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STATIC_DRAW)
  gl.enableVertexAttribArray(0)
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0)
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer())
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, indices, gl.STATIC_DRAW)
  gl.bindVertexArray(null)
  return { vao, count: indices.length }
}
