import { spawn } from 'node:child_process'

const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/**
 * Opens `url` in the user's browser.
 * @returns why it did not open, or undefined when the opener took it
 */
export function openBrowser(url: string, platform: NodeJS.Platform = process.platform): Promise<string | undefined> {
  const [command, ...args] = openers[platform] ?? ['xdg-open']
  return new Promise((resolve) => {
    const opener = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    opener.once('error', (error) => resolve(`${command} could not be started (${error.message})`))
    opener.once('exit', (code) => resolve(code === 0 ? undefined : `${command} ended with code ${code}`))
    // some openers stay until the browser closes
    setTimeout(() => resolve(undefined), 5_000).unref()
    opener.unref()
  })
}
