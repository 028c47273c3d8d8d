import { X } from 'lucide-react'
import type { FileDescription } from '../../../shared/contract.ts'
import { IconButton } from '../../controls/Button.tsx'
import { fileName } from '../../state/files.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countText, productText } from '../wording.ts'

export function Inputs() {
  const app = useApp()
  const inputs = useAppState((state) => state.embed.inputs)
  return (
    <section aria-label="Imagery">
      <h3 className="strong form-head">Imagery</h3>
      <ul className="input-list">
        {inputs.map((input) => (
          <li key={input.file} className="row">
            <span className="grow truncate" title={input.file}>
              {fileName(input.file)}
            </span>
            <span className="faint">{aboutOf(input)}</span>
            {inputs.length > 1 && (
              <IconButton
                label={`Leave out ${fileName(input.file)}`}
                small
                onPress={() => app.embed.removeInput(input.file)}
              >
                <X />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** `geotiff, 1,068 × 1,068 px, EPSG:32629` */
function aboutOf(input: FileDescription): string {
  const parts = [productText(input.product)]
  if (input.rows !== undefined) parts.push(`${countText(input.rows)} rows`)
  if (input.width !== undefined && input.height !== undefined) {
    parts.push(`${countText(input.width)} × ${countText(input.height)} px`)
  }
  if (input.crs !== undefined && input.crs.length < 16) parts.push(input.crs)
  return parts.join(', ')
}
