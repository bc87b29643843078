using System.Collections;

namespace EdgeSync;

/// <summary>The elements of a sequence that have one key. Made by <see cref="Gathering"/>.</summary>
/// <typeparam name="TKey">What they have in common.</typeparam>
/// <typeparam name="T">What the group holds.</typeparam>
public sealed class Group<TKey, T> : IEnumerable<T>
{
    private readonly List<T> _elements = [];

    internal Group(TKey key) => Key = key;

    /// <summary>What they have in common.</summary>
    public TKey Key { get; }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _elements.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(T element) => _elements.Add(element);
}
