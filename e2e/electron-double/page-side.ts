/** What Electron gives a sandboxed preload, in the page itself; this function's text goes into the page. */
function electronInPage(): (name: string) => unknown {
  type Listener = (event: object, ...args: unknown[]) => void
  const listeners = new Map<string, Set<Listener>>()
  const paths = new Map<string, string>()
  const of = (channel: string) => {
    const known = listeners.get(channel) ?? new Set()
    listeners.set(channel, known)
    return known
  }
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: object) =>
        Object.defineProperty(window, name, { value: Object.freeze(api) }),
    },
    ipcRenderer: {
      invoke: async (channel: string, ...args: unknown[]) => {
        const answer = await window.electronDoubleInvoke?.(channel, args)
        if (answer?.error !== undefined) throw new Error(`Error invoking remote method '${channel}': ${answer.error}`)
        return answer?.value
      },
      on: (channel: string, listener: Listener) => of(channel).add(listener),
      off: (channel: string, listener: Listener) => of(channel).delete(listener),
    },
    webUtils: { getPathForFile: (file: File) => paths.get(file.name) ?? '' },
  }
  window.electronDouble = {
    paths,
    dispatch: (channel, args) => {
      for (const listener of of(channel)) listener({}, ...args)
    },
  }
  return (name) => {
    if (name === 'electron') return electron
    throw new Error(`module not found: ${name}`)
  }
}

/** Script that runs before the page's own: the preload with the double's `require`. The page's policy forbids eval, so it is text. */
export function preloadScript(preloadSource: string): string {
  return `((require, exports, module) => {\n${preloadSource}\n})((${electronInPage.toString()})(), {}, { exports: {} })`
}

declare global {
  interface Window {
    electronDouble?: { paths: Map<string, string>; dispatch(channel: string, args: readonly unknown[]): void }
    electronDoubleInvoke?: (
      channel: string,
      args: unknown[],
    ) => Promise<{ value?: unknown; error?: string } | undefined>
  }
}
