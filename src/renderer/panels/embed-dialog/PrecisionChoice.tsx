import type { EmbedRequest, ImageModelSummary } from '../../../shared/contract.ts'
import { Select } from '../../controls/Select.tsx'
import { useApp, useAppState } from '../../state/use-app.ts'

type Precision = NonNullable<EmbedRequest['precision']>

const meanings: Readonly<Record<Precision, string>> = {
  auto: 'float16 on a GPU where it is built, else float32',
  float32: 'As the weights were published',
  float16: 'Half the size, faster on a GPU',
  int8: 'A quarter of the size, faster on a CPU; vectors differ a little',
}

/** Offered where the network is on this machine in more than one precision. */
export function PrecisionChoice({ precisions }: Pick<ImageModelSummary, 'precisions'>) {
  const { embed, notices } = useApp()
  const precision = useAppState((state) => state.embed.choices.precision)
  if (precisions.length < 2) return null
  const offered: readonly Precision[] = ['auto', ...precisions]
  return (
    <Select<Precision>
      stacked
      label="Precision of the network"
      value={precision}
      options={offered.map((id) => ({ id, label: id === 'auto' ? 'Automatic' : id, description: meanings[id] }))}
      onChange={(next) => embed.choose({ precision: next }).catch(notices.fail)}
    />
  )
}
