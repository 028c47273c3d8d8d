import { type CallName, contract, type ParsedInput } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'

/**
 * The input of a call as the contract wants it, defaults filled in.
 * @throws EngineError `invalid-input` naming the call, the field and what is wrong with it
 */
export function parseInput<C extends CallName>(call: C, input: unknown): ParsedInput<C> {
  const parsed = contract[call].input.safeParse(input ?? {})
  if (parsed.success) return parsed.data as ParsedInput<C>
  const issue = parsed.error.issues[0]
  const field = issue && issue.path.length > 0 ? ` field "${issue.path.join('.')}"` : ''
  const problem = (issue?.message ?? 'it does not fit').replace(/^Invalid input: /, '')
  throw new EngineError('invalid-input', `${call}:${field} ${problem}`)
}
