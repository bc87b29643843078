namespace EdgeSync;

/// <summary>What is asked of a sequence as a whole; the meaning is that of <c>System.Linq</c> (see <see cref="Projection"/>).</summary>
public static class Questions
{
    private const string Empty = "the sequence has no such element";

    /// <summary>Whether there is an element.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static bool Any<T>(this IEnumerable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var elements = source.GetEnumerator();
        return elements.MoveNext();
    }

    /// <summary>Whether an element fulfils the condition.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static bool Any<T>(this IEnumerable<T> source, Func<T, bool> predicate) => TryFind(source, predicate, out _);

    /// <summary>Whether every element fulfils the condition; true of none.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static bool All<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(predicate);
        foreach (var element in source)
        {
            if (!predicate(element))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether an element is equal to this one.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static bool Contains<T>(this IEnumerable<T> source, T value, IEqualityComparer<T>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (comparer is null && source is ICollection<T> collection)
        {
            return collection.Contains(value); // a set knows it at once
        }

        comparer ??= EqualityComparer<T>.Default;
        foreach (var element in source)
        {
            if (comparer.Equals(element, value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first element. Throws <see cref="InvalidOperationException"/> where there is none.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static T First<T>(this IEnumerable<T> source) => First(source, static _ => true);

    /// <summary>The first element that fulfils the condition. Throws <see cref="InvalidOperationException"/> where there is none.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static T First<T>(this IEnumerable<T> source, Func<T, bool> predicate) =>
        TryFind(source, predicate, out var found) ? found! : throw new InvalidOperationException(Empty);

    /// <summary>The first element, or the type's default value.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static T? FirstOrDefault<T>(this IEnumerable<T> source) => FirstOrDefault(source, static _ => true);

    /// <summary>The first element that fulfils the condition, or the type's default value.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static T? FirstOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate) => TryFind(source, predicate, out var found) ? found : default;

    /// <summary>The last element. Throws <see cref="InvalidOperationException"/> where there is none.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static T Last<T>(this IEnumerable<T> source) => source.ToList() is { Count: > 0 } all ? all[^1] : throw new InvalidOperationException(Empty);

    /// <summary>The last element, or the type's default value.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static T? LastOrDefault<T>(this IEnumerable<T> source) => source.ToList() is { Count: > 0 } all ? all[^1] : default;

    /// <summary>The last element that fulfils the condition, or the type's default value.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static T? LastOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate) => source.Where(predicate).LastOrDefault();

    /// <summary>How many elements there are.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static int Count<T>(this IEnumerable<T> source) => source is ICollection<T> known ? known.Count : Count(source, static _ => true);

    /// <summary>How many elements fulfil the condition.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static int Count<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(predicate);
        var count = 0;
        foreach (var element in source)
        {
            count += predicate(element) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether two sequences hold equal elements in the same order.</summary>
    /// <typeparam name="T">What the sequences hold.</typeparam>
    public static bool SequenceEqual<T>(this IEnumerable<T> source, IEnumerable<T> other, IEqualityComparer<T>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(other);
        comparer ??= EqualityComparer<T>.Default;
        using var second = other.GetEnumerator();
        foreach (var first in source)
        {
            if (!second.MoveNext() || !comparer.Equals(first, second.Current))
            {
                return false;
            }
        }

        return !second.MoveNext();
    }

    /// <summary>What comes of joining each element to what came of those before it.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TResult">What comes of it.</typeparam>
    public static TResult Aggregate<T, TResult>(this IEnumerable<T> source, TResult seed, Func<TResult, T, TResult> join)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(join);
        foreach (var element in source)
        {
            seed = join(seed, element);
        }

        return seed;
    }

    private static bool TryFind<T>(IEnumerable<T> source, Func<T, bool> predicate, out T? found)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(predicate);
        foreach (var element in source)
        {
            if (predicate(element))
            {
                found = element;
                return true;
            }
        }

        found = default;
        return false;
    }
}
