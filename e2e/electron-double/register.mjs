// `node --import register.mjs dist/main/electron.js`: the program's `electron` is the double.
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'

register('./resolve-electron.mjs', import.meta.url)

// Electron's command line: the program, the application's folder, then the words of the user
process.argv.splice(1, 1, fileURLToPath(new URL('../..', import.meta.url)))
