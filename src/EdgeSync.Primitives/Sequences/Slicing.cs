namespace EdgeSync;

/// <summary>Parts and joins of sequences, read when they are asked for; the meaning is that of <c>System.Linq</c> (see <see cref="Projection"/>).</summary>
public static class Slicing
{
    /// <summary>The first <paramref name="count"/> elements, or fewer where there are no more.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static IEnumerable<T> Take<T>(this IEnumerable<T> source, int count)
    {
        ArgumentNullException.ThrowIfNull(source);
        return count > 0 ? Iterate(source, count) : [];

        static IEnumerable<T> Iterate(IEnumerable<T> source, int count)
        {
            foreach (var element in source)
            {
                yield return element;
                if (--count == 0)
                {
                    yield break;
                }
            }
        }
    }

    /// <summary>What comes behind the first <paramref name="count"/> elements.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static IEnumerable<T> Skip<T>(this IEnumerable<T> source, int count)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Iterate(source, count);

        static IEnumerable<T> Iterate(IEnumerable<T> source, int count)
        {
            foreach (var element in source)
            {
                if (count-- <= 0)
                {
                    yield return element;
                }
            }
        }
    }

    /// <summary>One sequence behind the other.</summary>
    /// <typeparam name="T">What the sequences hold.</typeparam>
    public static IEnumerable<T> Concat<T>(this IEnumerable<T> source, IEnumerable<T> other)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(other);
        return Iterate(source, other);

        static IEnumerable<T> Iterate(IEnumerable<T> source, IEnumerable<T> other)
        {
            foreach (var element in source)
            {
                yield return element;
            }

            foreach (var element in other)
            {
                yield return element;
            }
        }
    }

    /// <summary>The sequence, and one element behind it.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static IEnumerable<T> Append<T>(this IEnumerable<T> source, T element) => source.Concat([element]);

    /// <summary>One element, and the sequence behind it.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static IEnumerable<T> Prepend<T>(this IEnumerable<T> source, T element) => new[] { element }.Concat(source);

    /// <summary>Each different element once, where it first stands.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static IEnumerable<T> Distinct<T>(this IEnumerable<T> source, IEqualityComparer<T>? comparer = null) =>
        source.DistinctBy(static element => element, comparer);

    /// <summary>The first element with each different key.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TKey">What is compared.</typeparam>
    public static IEnumerable<T> DistinctBy<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key, IEqualityComparer<TKey>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        return Iterate(source, key, comparer);

        static IEnumerable<T> Iterate(IEnumerable<T> source, Func<T, TKey> key, IEqualityComparer<TKey>? comparer)
        {
            var seen = new HashSet<TKey>(comparer);
            foreach (var element in source)
            {
                if (seen.Add(key(element)))
                {
                    yield return element;
                }
            }
        }
    }

    /// <summary>Each different element of two sequences once, where it first stands.</summary>
    /// <typeparam name="T">What the sequences hold.</typeparam>
    public static IEnumerable<T> Union<T>(this IEnumerable<T> source, IEnumerable<T> other, IEqualityComparer<T>? comparer = null) =>
        source.Concat(other).Distinct(comparer);

    /// <summary>Each different element once that the other sequence does not have.</summary>
    /// <typeparam name="T">What the sequences hold.</typeparam>
    public static IEnumerable<T> Except<T>(this IEnumerable<T> source, IEnumerable<T> other, IEqualityComparer<T>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(other);
        return Iterate(source, other, comparer);

        static IEnumerable<T> Iterate(IEnumerable<T> source, IEnumerable<T> other, IEqualityComparer<T>? comparer)
        {
            var seen = new HashSet<T>(other, comparer);
            foreach (var element in source)
            {
                if (seen.Add(element))
                {
                    yield return element;
                }
            }
        }
    }

    /// <summary>The sequence, or this value alone where it is empty.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static IEnumerable<T> DefaultIfEmpty<T>(this IEnumerable<T> source, T value)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Iterate(source, value);

        static IEnumerable<T> Iterate(IEnumerable<T> source, T value)
        {
            var any = false;
            foreach (var element in source)
            {
                any = true;
                yield return element;
            }

            if (!any)
            {
                yield return value;
            }
        }
    }

    /// <summary>The elements from the last to the first.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static IEnumerable<T> Reverse<T>(this IEnumerable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Iterate(source);

        static IEnumerable<T> Iterate(IEnumerable<T> source)
        {
            var all = source.ToList();
            for (var index = all.Count - 1; index >= 0; index--)
            {
                yield return all[index];
            }
        }
    }
}
