import type { Position } from '@kernel/event-store';

/** A view as it is asked: by its projection, which knows its documents (`D`) and its indexes (`F`). */
export interface ViewDefinition<D extends object = object, F extends string = string> {
  /** Type of the documents; no value. */
  readonly document?: D;
  readonly name: string;
  readonly version: number;
  /**
   * Fields by which documents are filtered, sorted and counted; a dot enters an object, `papers[]` is a list of values.
   */
  readonly indexes: readonly F[];
}

/** What an index is called in a question: `papers` for `papers[]`. */
type Indexed<F extends string> = 'id' | (F extends `${infer List}[]` ? List : F);

export type Scalar = string | number | boolean;

/** A condition on an indexed field. */
export type Condition =
  | Scalar
  | { readonly prefix: string }
  | { readonly contains: string }
  | { readonly in: readonly Scalar[] }
  | { readonly from?: Scalar; readonly before?: Scalar };

/** Conditions that must all hold, by declared index (or `id`). */
export type Conditions<F extends string = string> = Readonly<Partial<Record<Indexed<F>, Condition>>>;

export interface Query<F extends string = string> {
  readonly where?: Conditions<F>;
  /** At least one must hold, beside `where`; one without a condition always does. */
  readonly any?: readonly Conditions<F>[];
  /** Declared index, default `id`; ties are broken by id. */
  readonly sort?: Indexed<F>;
  readonly descending?: boolean;
  /** 1 to 1000, default 50. */
  readonly limit?: number;
  /** Keyset cursor from the page before. */
  readonly after?: string;
}

export interface Page<D> {
  readonly items: readonly D[];
  /** Cursor of the next page; absent on the last. */
  readonly next?: string;
}

/** Documents written by one batch of a projector, with the checkpoint. */
export interface Batch {
  readonly puts: ReadonlyMap<string, object>;
  readonly deletes: readonly string[];
  readonly checkpoint: Position;
}

export interface ViewCheckpoint {
  readonly position?: Position;
  /** Events folded so far. */
  readonly events: number;
}

/** A document as a projector finds it. */
export interface Kept {
  readonly document?: object;
  /**
   * The batch that wrote (or deleted) it, on stores whose documents may be ahead of the checkpoint: events up to this
   * position are in it already and are not folded again.
   */
  readonly upTo?: Position;
}

/** The question names a field that is not indexed, or a cursor of another question. */
export class BadQuery extends Error {
  override readonly name = 'BadQuery';
}

/** A view has not folded yet what the reader wrote; asking again a little later helps. */
export class ViewBehind extends Error {
  override readonly name = 'ViewBehind';
  readonly code = 'system/view-behind';
  constructor(readonly view: string) {
    super(`the view ${view} is behind`);
  }
}

/** No projection keeps a view of this name, or it is being built and has no version to be read. */
export class UnknownView extends Error {
  override readonly name = 'UnknownView';
  constructor(readonly view: string) {
    super(`there is no view ${view}`);
  }
}

/** Documents with an `id`, kept per view and version; readers always see one complete version. */
export abstract class ReadModels {
  /**
   * Makes the tables of a view's version; a version with a predecessor is built beside it. One without is live at
   * once, unless the log has `begun`: it must not answer before it has folded what is there.
   */
  abstract prepare(view: ViewDefinition, begun?: boolean): Promise<{ readonly live: boolean }>;
  abstract get<D extends object>(view: ViewDefinition<D>, id: string): Promise<D | undefined>;
  abstract find<D extends object, F extends string>(
    view: ViewDefinition<D, F>,
    query: Query<NoInfer<F>>,
  ): Promise<Page<D>>;
  abstract count<F extends string>(
    view: ViewDefinition<object, F>,
    query: Pick<Query<NoInfer<F>>, 'where' | 'any'>,
  ): Promise<number>;
  /** Counts by the values of one declared index. */
  abstract countBy<F extends string>(
    view: ViewDefinition<object, F>,
    field: NoInfer<F>,
    query: Pick<Query<NoInfer<F>>, 'where' | 'any'>,
  ): Promise<Readonly<Record<string, number>>>;

  /**
   * For projectors: resolves when this process alone may write the view (or when `signal` aborts). Where one process
   * alone can have the store, at once. What may write is told by its lease, so a process that froze is replaced.
   */
  abstract claim(view: ViewDefinition, signal?: AbortSignal): Promise<void>;
  /** For projectors: reads documents of a version that may not be live yet. */
  abstract load(view: ViewDefinition, ids: readonly string[]): Promise<readonly Kept[]>;
  /**
   * For projectors: writes documents, then the checkpoint. Where this is not one transaction a crash leaves documents
   * ahead of the checkpoint, as `load` tells; a batch that is written again, or late, changes nothing.
   * @throws NotTheWriter
   */
  abstract write(view: ViewDefinition, batch: Batch, events: number): Promise<void>;
  abstract checkpoint(view: ViewDefinition): Promise<ViewCheckpoint>;
  /** Makes a version live; the older ones are dropped as soon as no reader can be at them. */
  abstract swap(view: ViewDefinition): Promise<void>;
  /** Empties a version, checkpoint included. */
  abstract clear(view: ViewDefinition): Promise<void>;
  /** Removes a version that is not live. */
  abstract drop(view: ViewDefinition): Promise<void>;
  /**
   * Any process: leaves word for the one that keeps the views, e.g. which parked document to fold anew. Twice is once.
   */
  abstract ask(id: string): Promise<void>;
  /** For whoever carries it out: what was asked of the taker and not taken yet; it is taken by this. */
  abstract takeAsked(mine: (id: string) => boolean): Promise<readonly string[]>;
  /** SHA-256 over `id` and `J(document)` of every document in order of id: equal folds have equal digests. */
  abstract digest(view: ViewDefinition): Promise<{ readonly documents: number; readonly digest: string }>;
  abstract close(): Promise<void>;
}
