import type { z } from 'zod'
import type { exportRequest } from '../../shared/contract.ts'

export type ParsedExportRequest = z.output<typeof exportRequest>
