import '@fontsource-variable/inter/index.css'
import '@fontsource/jetbrains-mono/400.css'
import '@fontsource/jetbrains-mono/600.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/shell.css'
import './styles/panels.css'
import './styles/dialogs.css'
import './styles/palette.css'
import './styles/models.css'
import { createRoot } from 'react-dom/client'
import { createEngineClient } from './engine-client.ts'
import { ScreenGuard } from './panels/shell/ScreenGuard.tsx'
import { Shell } from './panels/shell/Shell.tsx'
import { createApp, followEngine } from './state/app.ts'
import { AppContext } from './state/use-app.ts'

const app = createApp(createEngineClient())
followEngine(app)

const root = document.getElementById('root')
if (root === null) throw new Error('index.html: expected an element "root", got none')
createRoot(root).render(
  <AppContext value={app}>
    <ScreenGuard>
      <Shell />
    </ScreenGuard>
  </AppContext>,
)
