import { LayerExtension } from '@deck.gl/core'

/**
 * Takes away what stands behind the limb of the globe, on the screen and for picking. Nothing is drawn into the depth buffer that
 * could hide it, and culling by facing knows nothing of marks, which face the viewer everywhere.
 */
export class BehindTheHorizon extends LayerExtension {
  static override extensionName = 'BehindTheHorizon'

  override getShaders() {
    return {
      inject: {
        'vs:DECKGL_FILTER_GL_POSITION': `
  if (project.projectionMode == PROJECTION_MODE_GLOBE
      && dot(normalize(geometry.position.xyz), project.cameraPosition) < GLOBE_RADIUS) {
    position = vec4(2.0, 2.0, 2.0, 1.0);
  }`,
      },
    }
  }
}
