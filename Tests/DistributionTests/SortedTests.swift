import Telephony
import TelephonyTesting
import Testing

@testable import Distribution

@Suite struct `Elements in order` {
  @Test(arguments: 0..<40 as Range<UInt64>) func `are those of a plain sorted array, whatever comes and goes`(
    seed: UInt64
  ) {
    var random = SeededRandom(seed: seed)
    // Some seeds fill it, some empty it again and again.
    let (range, bias) = (random.pick([20, 300, 5000]), random.pick([2, 3, 6]))
    var (sorted, plain) = (Sorted<Int>(), [Int]())
    for step in 0..<4000 {
      let element = Int(random.next() % UInt64(range))
      let place = plain.firstIndex { $0 >= element } ?? plain.count
      let isThere = place < plain.count && plain[place] == element
      #expect(sorted.position(of: element) == place, "seed \(seed)")
      if random.next() % UInt64(bias) == 0 || (step / 1000) % 2 == 1 && random.next() % 4 != 0 {
        sorted.remove(element)
        if isThere { plain.remove(at: place) }
      } else {
        sorted.insert(element)
        if !isThere { plain.insert(element, at: place) }
      }
      #expect(sorted.count == plain.count && sorted.first == plain.first && sorted.isEmpty == plain.isEmpty)
      if step % 100 == 0 { #expect(Array(sorted) == plain, "seed \(seed)") }
    }
    #expect(Array(sorted) == plain, "seed \(seed)")
    for element in plain { sorted.remove(element) }
    #expect(sorted.isEmpty && sorted.first == nil && Array(sorted) == [])
  }

  @Test func `a copy stays as it was`() {
    var sorted = Sorted<Int>()
    for element in 0..<1000 { sorted.insert(element) }
    let copy = sorted
    for element in 0..<500 { sorted.remove(element * 2) }
    #expect(Array(copy) == Array(0..<1000) && sorted.count == 500)
  }
}
