namespace EdgeSync;

/// <summary>Sums, smallest and largest; the meaning is that of <c>System.Linq</c> (see <see cref="Projection"/>).</summary>
public static class Numbers
{
    /// <summary>The sum of what each element gives; throws <see cref="OverflowException"/> where it is too large.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static int Sum<T>(this IEnumerable<T> source, Func<T, int> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        var sum = 0;
        foreach (var element in source)
        {
            sum = checked(sum + selector(element));
        }

        return sum;
    }

    /// <summary>The sum of what each element gives; throws <see cref="OverflowException"/> where it is too large.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static long Sum<T>(this IEnumerable<T> source, Func<T, long> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        var sum = 0L;
        foreach (var element in source)
        {
            sum = checked(sum + selector(element));
        }

        return sum;
    }

    /// <summary>The sum of the elements; throws <see cref="OverflowException"/> where it is too large.</summary>
    public static int Sum(this IEnumerable<int> source) => source.Sum(static number => number);

    /// <summary>The sum of the elements; throws <see cref="OverflowException"/> where it is too large.</summary>
    public static long Sum(this IEnumerable<long> source) => source.Sum(static number => number);

    /// <summary>The smallest element, or null where a type that has null has no element. Otherwise throws <see cref="InvalidOperationException"/>.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static T? Min<T>(this IEnumerable<T> source) => Outermost(source, static element => element, -1);

    /// <summary>The smallest of what each element gives; as <see cref="Min{T}(IEnumerable{T})"/>.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TResult">What is compared.</typeparam>
    public static TResult? Min<T, TResult>(this IEnumerable<T> source, Func<T, TResult> selector) => source.Select(selector).Min();

    /// <summary>The largest element, or null where a type that has null has no element. Otherwise throws <see cref="InvalidOperationException"/>.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static T? Max<T>(this IEnumerable<T> source) => Outermost(source, static element => element, 1);

    /// <summary>The largest of what each element gives; as <see cref="Max{T}(IEnumerable{T})"/>.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TResult">What is compared.</typeparam>
    public static TResult? Max<T, TResult>(this IEnumerable<T> source, Func<T, TResult> selector) => source.Select(selector).Max();

    /// <summary>The first element with the smallest key; as <see cref="Min{T}(IEnumerable{T})"/> where there is none.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TKey">What is compared.</typeparam>
    public static T? MinBy<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key, IComparer<TKey>? comparer = null) => Outermost(source, key, -1, comparer);

    /// <summary>The first element with the largest key; as <see cref="Max{T}(IEnumerable{T})"/> where there is none.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TKey">What is compared.</typeparam>
    public static T? MaxBy<T, TKey>(this IEnumerable<T> source, Func<T, TKey> key, IComparer<TKey>? comparer = null) => Outermost(source, key, 1, comparer);

    // A null key counts for nothing, as long as there is another one.
    private static T? Outermost<T, TKey>(IEnumerable<T> source, Func<T, TKey> key, int sign, IComparer<TKey>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(key);
        comparer ??= Comparer<TKey>.Default;
        var (any, best, bestKey) = (false, default(T), default(TKey));
        foreach (var element in source)
        {
            var candidate = key(element);
            if (!any || bestKey is null || (candidate is not null && comparer.Compare(candidate, bestKey) * sign > 0))
            {
                (best, bestKey) = any && candidate is null ? (best, bestKey) : (element, candidate);
                any = true;
            }
        }

        return any || default(T) is null ? best : throw new InvalidOperationException("the sequence has no element");
    }
}
