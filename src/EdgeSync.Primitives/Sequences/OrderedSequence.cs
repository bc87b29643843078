using System.Collections;

namespace EdgeSync;

/// <summary>A sequence that is sorted each time it is read. Made by <see cref="Ordering"/>.</summary>
/// <typeparam name="T">What it holds.</typeparam>
public sealed class OrderedSequence<T> : IEnumerable<T>
{
    private readonly IEnumerable<T> _source;
    private readonly Comparison<T> _comparison;

    internal OrderedSequence(IEnumerable<T> source, Comparison<T> comparison)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_source, _comparison) = (source, comparison);
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        var elements = _source.ToList();
        var places = new int[elements.Count];
        for (var place = 0; place < places.Length; place++)
        {
            places[place] = place;
        }

        // The runtime's sort does not keep the order of equal elements; their places do.
        Array.Sort(places, (one, other) => _comparison(elements[one], elements[other]) is var order and not 0 ? order : one.CompareTo(other));
        foreach (var place in places)
        {
            yield return elements[place];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal OrderedSequence<T> Then(Comparison<T> next)
    {
        var first = _comparison;
        return new OrderedSequence<T>(_source, (one, other) => first(one, other) is var order and not 0 ? order : next(one, other));
    }
}
