import { describe, expect, it } from 'vitest'
import type { FileDescription, SearchAnswer, SearchHit } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { exportFileName } from '../../shared/export-file.ts'
import type { EngineClient } from '../engine-client.ts'
import { createApp } from './app.ts'
import { dropTitle } from './bringing.ts'
import { preferredModel } from './embed.ts'
import { routeFiles } from './files.ts'
import { latestOnly, patch } from './store.ts'

const described = (file: string, kind: FileDescription['kind']): FileDescription => ({
  file,
  product: 'any',
  kind,
  problems: [],
})

/** A client whose engine answers only the calls given. */
function clientWith(engine: Partial<EngineClient['engine']>): EngineClient {
  return {
    door: 'browser',
    engine: engine as EngineClient['engine'],
    onEvent: () => () => {},
    onConnection: () => () => {},
  }
}

describe('where dropped files go', () => {
  it('opens embeddings, embeds imagery, keeps models and refuses the rest with a sentence', () => {
    const routing = routeFiles([
      described('a.parquet', 'patch'),
      described('b.tif', 'imagery'),
      described('c.onnx', 'model'),
      described('/folder/d.txt', 'unknown'),
    ])
    expect(routing.open.map(({ file }) => file)).toEqual(['a.parquet'])
    expect(routing.embed.map(({ file }) => file)).toEqual(['b.tif'])
    expect(routing.models.map(({ file }) => file)).toEqual(['c.onnx'])
    expect(routing.refused[0]).toMatch(/^d.txt: expected .* got something else$/)
  })
})

describe('dialogs', () => {
  it('come back when the one that was opened from them is closed', () => {
    const { view } = createApp(clientWith({}))
    view.openDialog('embed')
    view.openDialog('models')
    view.openDialog('models')
    view.openDialog('cuda')
    const closed = ['models', 'embed', undefined, undefined].map(() => {
      view.closeDialog()
      return view.current()
    })
    expect(closed).toEqual(['models', 'embed', undefined, undefined])
  })
})

describe('a recent file that is gone', () => {
  it('is marked when it is opened in vain, with what to do about it', async () => {
    const entry = { path: '/data/one.parquet', name: 'one', openedAt: '2026-01-01T00:00:00Z', count: 5 }
    const app = createApp(
      clientWith({
        openSet: async ({ path }) => {
          throw new EngineError('not-found', `${path}: expected a file or folder, got nothing there`)
        },
        recentFiles: async () => [{ ...entry, missing: true }],
      }),
    )
    patch(app.store, 'files', { recent: [{ ...entry, missing: false }] })
    await app.files.openRecent(entry.path)
    const { files, notices } = app.store.getState()
    expect(files.recent[0]?.missing).toBe(true)
    expect(notices.list.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^\/data\/one\.parquet: .* choose it where it is now, or remove it from the list$/),
    ])
  })
})

describe('what was dropped', () => {
  it('with a Core Parquet says nothing of the metadata.parquet that the engine reads for its dates', () => {
    const core = { ...described('/drop/part.parquet', 'imagery'), product: 'core-parquet' }
    const metadata = described('/drop/metadata.parquet', 'unknown')
    expect(routeFiles([core, metadata])).toMatchObject({ embed: [core], refused: [] })
    expect(routeFiles([metadata]).refused).toHaveLength(1)
  })

  it('is named by its first item', () => {
    const brought = (name: string) => ({ file: {} as File, name })
    expect(dropTitle([brought('scene/B02.tif'), brought('scene/B03.tif')])).toBe('scene')
    expect(dropTitle([brought('a.tif'), brought('b.tif'), brought('c/d.tif')])).toBe('a.tif and 2 more')
  })
})

describe('the latest answer', () => {
  it('wins when an older one arrives later, and the older failure stays silent', async () => {
    const latest = latestOnly()
    const slow = latest(async () => {
      await Promise.resolve()
      throw new Error('old')
    })
    const quick = latest(async () => 'new')
    expect(await quick).toBe('new')
    expect(await slow).toBeUndefined()
  })
})

describe('the model preselected for new imagery', () => {
  it('is one that can run here and fits any bands', () => {
    const model = { availability: 'ready', anyBands: false } as const
    const models = [
      { ...model, id: 'missing', availability: 'missing' },
      { ...model, id: 'rgb' },
      { ...model, id: 'rcf-64', anyBands: true },
    ] as unknown as Parameters<typeof preferredModel>[0]
    expect(preferredModel(models)?.id).toBe('rcf-64')
  })
})

describe('a search that fails', () => {
  it('ends and shows the sentence; a cancelled one shows nothing', async () => {
    const failWith = async (error: Error) => {
      const app = createApp(clientWith({ search: () => Promise.reject(error) }))
      patch(app.store, 'sets', { currentId: 'one' })
      patch(app.store, 'search', { examples: [{ place: { row: 4 }, weight: 1 }] })
      await app.search.run()
      const { search, notices } = app.store.getState()
      return { running: search.running, texts: notices.list.map((notice) => notice.text) }
    }
    expect(await failWith(new EngineError('invalid-input', 'row 4: expected finite values, got NaN'))).toEqual({
      running: false,
      texts: ['row 4: expected finite values, got NaN'],
    })
    expect((await failWith(new EngineError('cancelled', 'cancelled'))).texts).toEqual([])
  })
})

describe('a result that is looked at', () => {
  const footprint = {
    polygons: [
      [
        [
          [9.99, 23.99],
          [10.01, 23.99],
          [10.01, 24.01],
          [9.99, 24.01],
          [9.99, 23.99],
        ],
      ],
    ],
  } as const
  const app = (parts: object, delays: readonly number[] = []) => {
    const detail = { gridCell: undefined, columns: [], embedding: { dimensions: 1, norm: 1, first: [1] }, ...parts }
    const row = async ({ row }: { row: number }) => {
      await new Promise((resolve) => setTimeout(resolve, delays[row] ?? 0))
      return { row, ...detail } as never
    }
    const created = createApp(clientWith({ row }))
    patch(created.store, 'sets', { currentId: 'one' })
    return created
  }
  const hit = (row: number): SearchHit => ({ row, similarity: 0.9, lat: 24, lon: 10 + row })

  it('is flown to with its footprint, which says how near', async () => {
    const withFootprint = app({ footprint })
    await withFootprint.search.showHit(hit(0))
    expect(withFootprint.store.getState().view.flight).toEqual({ id: 1, lat: 24, lon: 10, footprint })
    const withoutOne = app({})
    await withoutOne.search.showHit(hit(0))
    expect(withoutOne.store.getState().view.flight).toMatchObject({ lat: 24, lon: 10, zoom: 8 })
  })

  it('is not flown to when another one has been asked for meanwhile', async () => {
    const slow = app({ footprint }, [30, 0])
    await Promise.all([slow.search.showHit(hit(0)), slow.search.showHit(hit(1))])
    expect(slow.store.getState().view.flight).toEqual({ id: 1, lat: 24, lon: 11, footprint })
  })
})

describe('an export', () => {
  const set = { setId: 'one', path: '/data/fields.parquet', name: 'fields', count: 80 }
  const exporting = (parts: object = {}) => {
    const proposed: string[] = []
    const client = clientWith({ exportRows: async () => ({ jobId: 'job-1' }) })
    const chooseSavePath = async ({ defaultName }: { defaultName: string }) => {
      proposed.push(defaultName)
      return undefined
    }
    const app = createApp({ ...client, bridge: { chooseSavePath } as never })
    patch(app.store, 'sets', { open: [{ ...set, ...parts } as never], currentId: 'one' })
    return { app, proposed }
  }

  it('of no rows writes nothing and says why', async () => {
    const { app, proposed } = exporting({ count: 0 })
    const answer = { hits: [], exact: true, recall: 1, compared: 0, tookMs: 1, metric: 'cosine' as const }
    await app.exporting.exportRows('results', 'csv')
    patch(app.store, 'search', { answer })
    for (const scope of ['results', 'selection', 'all'] as const) await app.exporting.exportRows(scope, 'csv')
    expect(proposed).toEqual([])
    expect(app.store.getState().notices.list.map(({ text }) => text)).toEqual([
      'Nothing has been searched: find similar places first; no file was written',
      'The search has found nothing: widen its filters; no file was written',
      'No cell is selected: click one on the globe; no file was written',
      'This set has no rows; no file was written',
    ])
  })

  it('is proposed to be saved under the name that a download has', async () => {
    const { app, proposed } = exporting()
    await app.exporting.exportRows('all', 'npy')
    expect(proposed).toEqual([exportFileName('fields', { format: 'npy' })])
  })
})

describe('closing the last set', () => {
  it('shows the whole globe again', async () => {
    const app = createApp(clientWith({}))
    patch(app.store, 'sets', { open: [{ setId: 'one' } as never], currentId: 'one' })
    await app.sets.drop('one')
    expect(app.store.getState().view.flight).toEqual({ id: 1, whole: true })
  })
})

describe('a search that was asked for', () => {
  const hits = [
    { row: 7, similarity: 0.9, lat: -30, lon: 140 },
    { row: 8, similarity: 0.8 },
  ]
  const example = { row: 4, lat: 46, lon: 22 }
  const asking = async () => {
    const answer = { hits, exact: true, recall: 1, compared: 3, tookMs: 1, metric: 'cosine' as const }
    const app = createApp(clientWith({ search: async () => answer }))
    patch(app.store, 'sets', { currentId: 'one' })
    patch(app.store, 'selection', { row: { ...example } as never })
    await app.search.findSimilar()
    return app
  }
  const flight = (app: Awaited<ReturnType<typeof asking>>) => app.store.getState().view.flight

  it('has the globe show its results that have a place, with the example', async () => {
    expect(flight(await asking())).toMatchObject({ around: { lat: 46, lon: 22 }, places: [{ lat: -30, lon: 140 }] })
  })

  it('moves nothing when a setting changes, is undone or done again', async () => {
    const app = await asking()
    const shown = flight(app)
    await app.search.change({ onePerCell: true })
    app.undo()
    app.redo()
    expect(flight(app)).toBe(shown)
  })

  it('is gone with one undo, and the globe back where it was asked from', async () => {
    const app = await asking()
    app.history.movedFrom({ lat: 46, lon: 22, zoom: 9 })
    await app.search.change({ onePerCell: true })
    app.undo()
    expect(flight(app)).toHaveProperty('places')
    app.undo()
    expect(flight(app)).toMatchObject({ lat: 46, lon: 22, zoom: 9 })
    expect(app.store.getState().search.examples).toEqual([])
  })
})

describe('a query that is taken back while its search runs', () => {
  it('shows no answer when it arrives', async () => {
    let answerNow: (answer: SearchAnswer) => void = () => {}
    const search = () => new Promise<SearchAnswer>((resolve) => (answerNow = resolve))
    const app = createApp(clientWith({ search }))
    patch(app.store, 'sets', { currentId: 'one' })
    patch(app.store, 'selection', { row: { row: 4, lat: 46, lon: 22 } as never })
    const asked = app.search.findSimilar()
    expect(app.store.getState().search.running).toBe(true)
    app.search.clearResults()
    answerNow({ hits: [{ row: 7, similarity: 0.9 }], exact: true, recall: 1, compared: 3, tookMs: 1, metric: 'cosine' })
    await asked
    const { search: shown, view } = app.store.getState()
    expect(shown).toMatchObject({ running: false, answer: undefined, examples: [] })
    expect([view.dock, view.flight]).toEqual([false, undefined])
  })
})

describe('a fragment that is let go while it is read', () => {
  it('is not shown when it arrives', async () => {
    let rowNow: (row: unknown) => void = () => {}
    const row = () => new Promise<never>((resolve) => (rowNow = resolve as typeof rowNow))
    const app = createApp(clientWith({ row }))
    patch(app.store, 'sets', { currentId: 'one' })
    const asked = app.selection.selectRow(3)
    app.selection.clear()
    rowNow({ row: 3, columns: [] })
    await asked
    expect(app.store.getState().selection.row).toBeUndefined()
    expect(app.store.getState().view.right).toBe(false)
  })
})

describe('undo', () => {
  it('goes back over the query of the set on the globe and forth again', async () => {
    const app = createApp(clientWith({}))
    patch(app.store, 'sets', { currentId: 'one' })
    await app.search.change({ onePerCell: true })
    await app.search.change({ topK: 200 })
    app.undo()
    expect(app.store.getState().search).toMatchObject({ onePerCell: true, topK: 60 })
    app.undo()
    expect(app.store.getState().search).toMatchObject({ onePerCell: false, topK: 60 })
    app.redo()
    app.redo()
    expect(app.store.getState().search).toMatchObject({ onePerCell: true, topK: 200 })
  })

  it('puts back every slice that has registered its fields, and tells only a slice that was changed', () => {
    const app = createApp(clientWith({}))
    patch(app.store, 'sets', { currentId: 'one' })
    const told: string[] = []
    app.history.keep('view', ['dockTab'], () => told.push('view'))
    app.history.keep('selection', ['hoveredRow'], (before) => told.push(`selection was ${before.selection.hoveredRow}`))
    app.history.record()
    app.selection.hoverRow(7)
    patch(app.store, 'layers', { labels: false })
    app.undo()
    expect(app.store.getState().selection.hoveredRow).toBeUndefined()
    expect(app.store.getState().layers.labels).toBe(true)
    expect(told).toEqual(['selection was 7'])
    app.redo()
    expect(app.store.getState().selection.hoveredRow).toBe(7)
    expect(app.store.getState().layers.labels).toBe(false)
  })
})
