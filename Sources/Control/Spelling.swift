/// What may have been meant by a name that does not exist.
public enum Spelling {
  /// The nearest of the candidates, if it is near enough to be worth a question; the first one when several are.
  public static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    guard name.utf8.count <= 64 else { return nil }
    let wanted = Array(name.lowercased().unicodeScalars)
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != name {
      let letters = Array(candidate.lowercased().unicodeScalars)
      let distance = distance(wanted, letters)
      if distance <= max(1, max(wanted.count, letters.count) / 3), distance < best?.distance ?? Int.max {
        best = (candidate, distance)
      }
    }
    return best?.name
  }

  /// ` Did you mean "x"?`, or nothing.
  static func question(_ name: String, among candidates: some Sequence<String>) -> String {
    nearest(to: name, among: candidates).map { " Did you mean \"\($0)\"?" } ?? ""
  }

  /// How many letters must be put in, left out, replaced or swapped with their neighbour.
  private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
