import { defineView } from 'backplane';
import { Company } from '../entities/company.ts';

export default defineView(Company, ({ title }) => ({ label: `${title} Ltd` }));
