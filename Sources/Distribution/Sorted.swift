/// Elements in ascending order. Each is found, put in, taken out, and told its place in the logarithm of their number.
/// Equal elements do not occur: the last part of every key is a name.
///
/// A tree whose leaves hold up to `Node.most` elements and whose branches as many children. All leaves are equally deep.
struct Sorted<Element: Comparable & Sendable>: Sendable {
  private var root = Node()

  var count: Int { root.count }
  var isEmpty: Bool { root.count == 0 }
  var first: Element? { root.first }

  /// Nothing happens when it is there.
  mutating func insert(_ element: Element) {
    guard let (bound, sibling) = root.insert(element) else { return }
    root = Node(children: [root, sibling], bounds: [bound])
  }

  /// Nothing happens when it is not there.
  mutating func remove(_ element: Element) {
    root.remove(element)
    while root.children.count == 1 { root = root.children[0] }
  }

  /// How many stand before it, whether it is there or not.
  func position(of element: Element) -> Int { root.position(of: element) }

  /// A leaf has elements, a branch has children.
  fileprivate struct Node: Sendable {
    static var most: Int { 64 }

    var elements: [Element] = []
    var children: [Node] = []
    /// Between two children: what is not greater stands in the first.
    var bounds: [Element] = []
    var count = 0

    init() {}

    init(elements: [Element]) {
      self.elements = elements
      count = elements.count
    }

    init(children: [Node], bounds: [Element]) {
      self.children = children
      self.bounds = bounds
      count = children.reduce(0) { $0 + $1.count }
    }

    var isLeaf: Bool { children.isEmpty }
    var size: Int { isLeaf ? elements.count : children.count }
    var first: Element? { isLeaf ? elements.first : children[0].first }

    /// What has been split off behind a bound, when it is too large now.
    mutating func insert(_ element: Element) -> (bound: Element, sibling: Node)? {
      if isLeaf {
        let index = elements.partition(before: element)
        if index < elements.count, elements[index] == element { return nil }
        elements.insert(element, at: index)
        count += 1
      } else {
        let index = bounds.partition(before: element)
        let before = children[index].count
        let split = children[index].insert(element)
        count += children[index].count - before
        guard let (bound, sibling) = split else { return nil }
        count += sibling.count
        bounds.insert(bound, at: index)
        children.insert(sibling, at: index + 1)
      }
      return size > Self.most ? split() : nil
    }

    private mutating func split() -> (bound: Element, sibling: Node) {
      let half = size / 2
      if isLeaf {
        let sibling = Node(elements: Array(elements[half...]))
        elements.removeSubrange(half...)
        count = half
        return (elements[half - 1], sibling)
      }
      let sibling = Node(children: Array(children[half...]), bounds: Array(bounds[half...]))
      let bound = bounds[half - 1]
      children.removeSubrange(half...)
      bounds.removeSubrange((half - 1)...)
      count -= sibling.count
      return (bound, sibling)
    }

    mutating func remove(_ element: Element) {
      if isLeaf {
        let index = elements.partition(before: element)
        guard index < elements.count, elements[index] == element else { return }
        elements.remove(at: index)
        count -= 1
        return
      }
      let index = bounds.partition(before: element)
      let before = children[index].count
      children[index].remove(element)
      count += children[index].count - before
      guard children.count > 1 else { return }
      if children[index].count == 0 {
        children.remove(at: index)
        bounds.remove(at: Swift.max(0, index - 1))
      } else {
        join(index == 0 ? 0 : index - 1)
      }
    }

    /// Makes one of two neighbours that are small enough together.
    private mutating func join(_ index: Int) {
      guard children[index].size + children[index + 1].size <= Self.most / 2 else { return }
      let right = children.remove(at: index + 1)
      let bound = bounds.remove(at: index)
      if right.isLeaf {
        children[index].elements += right.elements
      } else {
        children[index].children += right.children
        children[index].bounds += [bound] + right.bounds
      }
      children[index].count += right.count
    }

    func position(of element: Element) -> Int {
      if isLeaf { return elements.partition(before: element) }
      let index = bounds.partition(before: element)
      return children[..<index].reduce(children[index].position(of: element)) { $0 + $1.count }
    }
  }
}

extension Sorted: Sequence {
  /// From the first to the last.
  struct Iterator: IteratorProtocol {
    /// From the root down, each with what comes next in it.
    fileprivate var path: [(node: Node, next: Int)]

    mutating func next() -> Element? {
      while let (node, index) = path.last {
        if index == node.size {
          path.removeLast()
          continue
        }
        Visits.note()
        path[path.count - 1].next += 1
        if node.isLeaf { return node.elements[index] }
        path.append((node.children[index], 0))
      }
      return nil
    }
  }

  func makeIterator() -> Iterator { Iterator(path: [(root, 0)]) }
  var underestimatedCount: Int { count }
}

extension Array where Element: Comparable {
  /// The index of the first that is not less, by halving.
  fileprivate func partition(before element: Element) -> Int {
    var (low, high) = (0, count)
    while low < high {
      Visits.note()
      let middle = (low + high) / 2
      if self[middle] < element { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
