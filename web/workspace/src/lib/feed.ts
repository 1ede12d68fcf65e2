import type { EventItem } from '~/api/types';

export type Frame = { items: EventItem[]; last: number };
type Source = (after: number | null) => Promise<Frame>;

/**
 * Applies every numbered event once and in order, whichever way it came: pushed in a frame or fetched after a gap.
 * `last` also moves over events this person may not see, so a gap can't be told from the numbers; after each time
 * away the feed asks the server for what came after `last`. Frames that arrive meanwhile wait until that is done.
 */
export class EventFeed {
  private last: number | null = null;
  private filling: Promise<void> | null = null;
  private again = false;
  /** There may be a gap: frames wait until it is filled, because taking one would move `last` over the gap. */
  private behind = true;
  private readonly waiting: Frame[] = [];

  constructor(
    private readonly source: Source,
    private readonly apply: (items: EventItem[]) => void,
    /** Too far behind to replay: everything has to be read again. */
    private readonly reload: () => void,
    private readonly most = 2000,
  ) {}

  get position() {
    return this.last;
  }

  /** A frame pushed by the server. */
  frame(frame: Frame) {
    if (this.behind || this.filling) this.waiting.push(frame);
    else this.take(frame);
  }

  /** The connection broke: whatever is pushed from now on may come after a gap. */
  lost() {
    this.behind = true;
  }

  /** To be called at the start, after each reconnect, and from time to time. Rejects when the server can't be reached. */
  catchUp(): Promise<void> {
    if (this.filling) {
      this.again = true;
      return this.filling;
    }
    this.behind = true;
    this.filling = this.fill()
      .then(() => {
        this.behind = false;
        for (const frame of this.waiting.splice(0)) this.take(frame);
      })
      .finally(() => {
        this.filling = null;
      });
    return this.filling;
  }

  private async fill() {
    if (this.last === null) {
      this.last = (await this.source(null)).last;
      this.reload();
      return;
    }
    let read = 0;
    do {
      this.again = false;
      for (;;) {
        const before: number = this.last;
        const page = await this.source(before);
        this.take(page);
        read += page.items.length;
        if (page.items.length === 0 || this.last === before) break;
        if (read > this.most) {
          this.last = Math.max(this.last, (await this.source(null)).last);
          this.reload();
          break;
        }
      }
    } while (this.again);
  }

  private take(frame: Frame) {
    const from = this.last ?? 0;
    const fresh = frame.items.filter((item) => item.number > from).sort((a, b) => a.number - b.number);
    this.last = Math.max(from, frame.last, fresh.at(-1)?.number ?? 0);
    if (fresh.length > 0) this.apply(fresh);
  }
}
