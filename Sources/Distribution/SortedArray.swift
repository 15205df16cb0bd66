/// Elements in ascending order, found by binary search. Equal elements do not occur: the last part of every key is a name.
struct SortedArray<Element: Comparable & Sendable>: Sendable {
  private(set) var elements: [Element] = []

  /// Nothing happens when it is there.
  mutating func insert(_ element: Element) {
    let position = position(of: element)
    if position == elements.count || elements[position] != element { elements.insert(element, at: position) }
  }

  /// Nothing happens when it is not there.
  mutating func remove(_ element: Element) {
    let position = position(of: element)
    if position < elements.count, elements[position] == element { elements.remove(at: position) }
  }

  /// Where it stands, or would stand.
  func position(of element: Element) -> Int {
    var low = 0
    var high = elements.count
    while low < high {
      let middle = (low + high) / 2
      if elements[middle] < element { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
