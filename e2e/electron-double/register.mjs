// `node --import register.mjs dist/main/electron.js`: the program's `electron` is the double.
import { register } from 'node:module'

register('./resolve-electron.mjs', import.meta.url)
