/// The name that was probably meant by a misspelt one; nil when none is near enough to be worth a guess.
func nearestName(to name: String, among names: some Sequence<String>) -> String? {
  guard name.utf8.count <= 64 else { return nil }
  let wanted = Array(name.lowercased().utf8)
  var best: (name: String, distance: Int)?
  for candidate in names.sorted() where candidate != name {
    let distance = editDistance(wanted, Array(candidate.lowercased().utf8))
    if distance <= max(1, max(wanted.count, candidate.utf8.count) / 3), distance < best?.distance ?? .max {
      best = (candidate, distance)
    }
  }
  return best?.name
}

/// How many letters must be put in, left out, replaced or swapped with their neighbour.
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
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

/// `; did you mean 'x'?`, or nothing.
func guess(_ name: String, among names: some Sequence<String>) -> String {
  nearestName(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
}
