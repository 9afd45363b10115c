import { expect, it } from 'vitest'
import { BoundedMap } from './bounded-map.ts'

it('forgets the oldest beyond its size, and tells of each', () => {
  const forgotten: string[] = []
  const map = new BoundedMap<number, string>(2, (value) => void forgotten.push(value))
  map.set(1, 'one').set(2, 'two').set(1, 'one again')
  expect(forgotten).toEqual([])
  map.set(3, 'three').set(4, 'four')
  expect(forgotten).toEqual(['one again', 'two'])
  expect([...map]).toEqual([
    [3, 'three'],
    [4, 'four'],
  ])
})
