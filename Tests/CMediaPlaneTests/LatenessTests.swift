import CMediaPlane
import TelephonyTesting
import Testing

@Suite struct `Counting how late things come` {
  private func sum(of values: [Int64]) -> lateness_sum {
    var counted = lateness()
    for value in values { lateness_add(&counted, value, 1) }
    var sum = lateness_sum()
    lateness_take(&counted, &sum)
    return sum
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `what so many thousandths did not exceed is right within an eighth, and the worst exactly`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let magnitude = UInt64(1) << (4 + random.next() % 24)
    let values = (0..<(1 + random.next() % 500)).map { _ in Int64(random.next() % magnitude) }.sorted()
    var sum = sum(of: values)
    #expect(sum.count == UInt64(values.count) && sum.worst == values.last)
    var before: Int64 = 0
    for perMille in [1, 250, 500, 900, 990, 999, 1000] as [UInt32] {
      let exact = values[max(0, (values.count * Int(perMille) + 999) / 1000 - 1)]
      let found = lateness_of(&sum, perMille)
      #expect(found >= exact && found <= exact + exact / 8 + 1 && found >= before, "\(perMille)")
      before = found
    }
  }

  @Test func `nothing counted is no lateness, early is not late, and what was taken is gone`() {
    var nothing = sum(of: [])
    #expect(lateness_of(&nothing, 990) == 0 && nothing.worst == 0)
    var early = sum(of: [-5, .min])
    #expect(lateness_of(&early, 1000) == 0 && early.count == 2)
    var longest = sum(of: [.max])
    #expect(longest.worst == .max && lateness_of(&longest, 500) > 3_600_000_000)
    var counted = lateness()
    lateness_add(&counted, 7, 3)
    var sum = lateness_sum()
    lateness_take(&counted, &sum)
    lateness_take(&counted, &sum)
    #expect(sum.count == 3 && lateness_of(&sum, 500) == 7)
  }
}
