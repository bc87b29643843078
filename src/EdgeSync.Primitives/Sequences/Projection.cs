using System.Collections;

namespace EdgeSync;

/// <summary>
/// What turns a sequence into another one, element by element and only when it is read. With <see cref="Slicing"/>, <see cref="Ordering"/>,
/// <see cref="Gathering"/> and <see cref="Questions"/> it takes the place of <c>System.Linq.Enumerable</c> in all code of EdgeSync, with the same names and
/// the same meaning. They stand in the outermost namespace, so that the compiler finds them first.
/// </summary>
/// <remarks>
/// The runtime's own make a generic virtual method for each kind of sequence. Ahead of time, that becomes code for every pair of an element type and a
/// result type in the whole program, used or not: several megabytes of the agent's binary. A plain iterator becomes code for what is used.
/// </remarks>
public static class Projection
{
    /// <summary>Each element turned into something else.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TResult">What each element becomes.</typeparam>
    public static IEnumerable<TResult> Select<T, TResult>(this IEnumerable<T> source, Func<T, TResult> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        return Iterate(source, selector);

        static IEnumerable<TResult> Iterate(IEnumerable<T> source, Func<T, TResult> selector)
        {
            foreach (var element in source)
            {
                yield return selector(element);
            }
        }
    }

    /// <summary>Each element turned into something else, by itself and its place, which counts from 0.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TResult">What each element becomes.</typeparam>
    public static IEnumerable<TResult> Select<T, TResult>(this IEnumerable<T> source, Func<T, int, TResult> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        return Iterate(source, selector);

        static IEnumerable<TResult> Iterate(IEnumerable<T> source, Func<T, int, TResult> selector)
        {
            var index = 0;
            foreach (var element in source)
            {
                yield return selector(element, index++);
            }
        }
    }

    /// <summary>The elements of the sequences that each element turns into, one sequence after the other.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    /// <typeparam name="TResult">What the inner sequences hold.</typeparam>
    public static IEnumerable<TResult> SelectMany<T, TResult>(this IEnumerable<T> source, Func<T, IEnumerable<TResult>> selector)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(selector);
        return Iterate(source, selector);

        static IEnumerable<TResult> Iterate(IEnumerable<T> source, Func<T, IEnumerable<TResult>> selector)
        {
            foreach (var element in source)
            {
                foreach (var inner in selector(element))
                {
                    yield return inner;
                }
            }
        }
    }

    /// <summary>The elements that fulfil a condition, which is asked as they are read.</summary>
    /// <typeparam name="T">What the sequence holds.</typeparam>
    public static IEnumerable<T> Where<T>(this IEnumerable<T> source, Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(predicate);
        return Iterate(source, predicate);

        static IEnumerable<T> Iterate(IEnumerable<T> source, Func<T, bool> predicate)
        {
            foreach (var element in source)
            {
                if (predicate(element))
                {
                    yield return element;
                }
            }
        }
    }

    /// <summary>The elements of one type; nulls are left out.</summary>
    /// <typeparam name="T">The type.</typeparam>
    public static IEnumerable<T> OfType<T>(this IEnumerable source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Iterate(source);

        static IEnumerable<T> Iterate(IEnumerable source)
        {
            foreach (var element in source)
            {
                if (element is T wanted)
                {
                    yield return wanted;
                }
            }
        }
    }

    /// <summary>The elements as another type. Reading throws <see cref="InvalidCastException"/> at one that is not of it.</summary>
    /// <typeparam name="T">The type.</typeparam>
    public static IEnumerable<T> Cast<T>(this IEnumerable source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Iterate(source);

        static IEnumerable<T> Iterate(IEnumerable source)
        {
            foreach (var element in source)
            {
                yield return (T)element!;
            }
        }
    }

    /// <summary>Pairs of what stands at the same place in two sequences, as far as the shorter one goes.</summary>
    /// <typeparam name="T">What the one holds.</typeparam>
    /// <typeparam name="TOther">What the other holds.</typeparam>
    public static IEnumerable<(T First, TOther Second)> Zip<T, TOther>(this IEnumerable<T> source, IEnumerable<TOther> other)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(other);
        return Iterate(source, other);

        static IEnumerable<(T First, TOther Second)> Iterate(IEnumerable<T> source, IEnumerable<TOther> other)
        {
            using var second = other.GetEnumerator();
            foreach (var first in source)
            {
                if (!second.MoveNext())
                {
                    yield break;
                }

                yield return (first, second.Current);
            }
        }
    }
}
