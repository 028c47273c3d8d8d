// The library of models: what each expects, what is here of it, and getting, building, removing, adding one.

import { Cpu, Plus } from 'lucide-react'
import { FileTrigger } from 'react-aria-components'
import { Button } from '../../controls/Button.tsx'
import { Dialog } from '../../controls/Dialog.tsx'
import { useApp, useAppState } from '../../state/use-app.ts'
import { pickedFiles } from '../shell/dropped-files.ts'
import { CardEditor } from './CardEditor.tsx'
import { ModelDetails } from './ModelDetails.tsx'
import { ModelList } from './ModelList.tsx'

export function ModelsDialog() {
  const { cuda, library, notices, view } = useApp()
  const models = useAppState((state) => state.library.models)
  const chosenId = useAppState((state) => state.library.chosenId)
  const adding = useAppState((state) => state.library.adding)
  if (adding !== undefined) return <CardEditor key={adding.path} adding={adding} />
  const chosen = models.find((model) => model.id === chosenId) ?? models[0]
  return (
    <Dialog
      title="Models"
      widthPx={920}
      onClose={view.closeDialog}
      foot={
        <>
          <FileTrigger
            acceptedFileTypes={['.onnx']}
            onSelect={(list) => void library.bringNetwork(pickedFiles(list)).catch(notices.fail)}
          >
            <Button>
              <Plus aria-hidden />
              Add an ONNX network
            </Button>
          </FileTrigger>
          <Button onPress={cuda.open}>
            <Cpu aria-hidden />
            NVIDIA GPU
          </Button>
          <span className="grow" />
          <Button onPress={view.closeDialog}>Close</Button>
        </>
      }
    >
      {chosen === undefined ? (
        <p className="dim">Reading the cards of the models</p>
      ) : (
        <div className="models-columns">
          <ModelList models={models} chosenId={chosen.id} />
          <ModelDetails key={chosen.id} model={chosen} />
        </div>
      )}
    </Dialog>
  )
}
