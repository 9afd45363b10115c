/** A map that forgets its oldest entries beyond a size; `forgotten` hears of each. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #size: number
  readonly #forgotten: (value: Value) => void

  constructor(size: number, forgotten: (value: Value) => void = () => {}) {
    super()
    this.#size = size
    this.#forgotten = forgotten
  }

  override set(key: Key, value: Value): this {
    super.set(key, value)
    if (this.size > this.#size) {
      const [oldest] = this
      if (oldest) {
        this.delete(oldest[0])
        this.#forgotten(oldest[1])
      }
    }
    return this
  }
}
