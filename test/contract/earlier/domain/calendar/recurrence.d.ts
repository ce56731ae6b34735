export declare const weekdays: readonly ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
export type Weekday = (typeof weekdays)[number];
export interface Weekly {
    readonly every: 'week';
    readonly timeZone: string;
    readonly days: readonly Weekday[];
    readonly from: string;
    readonly to: string;
}
export interface Yearly {
    readonly every: 'year';
    readonly timeZone: string;
    readonly from: string;
    readonly to: string;
}
export interface Once {
    readonly every: 'once';
    readonly from: string;
    readonly until: string | null;
}
export type Recurrence = Once | Weekly | Yearly;
export declare const clockPattern: RegExp;
export declare const dayPattern: RegExp;
export declare function minuteOf(clock: string): number;
export declare function recurrenceMistake(recurrence: Recurrence): {
    readonly field: string;
    readonly message: string;
} | null;
export declare const minutesOfDay = 1440;
