namespace EdgeSync;

/// <summary>Sorting, which keeps the order of what is equal; the meaning is that of <c>System.Linq</c> (see <see cref="Projection"/>).</summary>
public static class Ordering
{
    /// <summary>The elements from the smallest to the largest.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static OrderedSequence<T> Order<T>(this IEnumerable<T> source, IComparer<T>? comparer = null) => source.OrderBy(static element => element, comparer);

    /// <summary>The elements from the smallest to the largest key.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TKey">What is compared.</typeparam>
    public static OrderedSequence<T> OrderBy<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key, IComparer<TKey>? comparer = null) =>
        new(source, By(key, comparer, 1));

    /// <summary>The elements from the largest to the smallest key.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TKey">What is compared.</typeparam>
    public static OrderedSequence<T> OrderByDescending<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key, IComparer<TKey>? comparer = null) =>
        new(source, By(key, comparer, -1));

    /// <summary>What was equal so far, from the smallest to the largest key.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TKey">What is compared.</typeparam>
    public static OrderedSequence<T> ThenBy<T, TKey>(this OrderedSequence<T> source, Func<T, TKey> key, IComparer<TKey>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Then(By(key, comparer, 1));
    }

    /// <summary>What was equal so far, from the largest to the smallest key.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TKey">What is compared.</typeparam>
    public static OrderedSequence<T> ThenByDescending<T, TKey>(this OrderedSequence<T> source, Func<T, TKey> key, IComparer<TKey>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Then(By(key, comparer, -1));
    }

    private static Comparison<T> By<T, TKey>(Func<T, TKey> key, IComparer<TKey>? comparer, int sign)
    {
        ArgumentNullException.ThrowIfNull(key);
        comparer ??= Comparer<TKey>.Default;
        return (one, other) => Math.Sign(comparer.Compare(key(one), key(other))) * sign;
    }
}
